import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { folderSource } from "../../../../client/audit/folder.ts";
import {
  type ApprovalInsights,
  approvalInsights,
  policyAt,
} from "../../../../client/learn/approvals/insights.ts";
import { readTold } from "../../../../client/learn/approvals/told.ts";
import { folderAt } from "../../../../client/policy/folder.ts";
import { checkPolicy, testPolicy } from "../../../../client/policy/report.ts";
import { inCopy, realPolicy } from "../../../core/policy/files/edited.ts";
import { writeYear } from "../year/write.ts";
import { YEAR, yearOf } from "../year/year.ts";

const folder = mkdtempSync(join(tmpdir(), "latchkey-year-"));
afterAll(() => rmSync(folder, { recursive: true }));
let found: ApprovalInsights;
beforeAll(async () => {
  writeYear(folder, yearOf({ seed: 10, asks: 600 }));
  const told = await readTold(folderSource(folder), YEAR);
  found = approvalInsights(told, policyAt(folderAt(realPolicy)));
}, 280_000);

// 80 were planted; the first of them is the agent's first use of the resource, and so of no low risk.
it("finds the rule that is always approved in a generated year, and claims nothing else", () => {
  expect(found.asks).toBe(600);
  const [one, ...more] = found.proposals ?? [];
  expect(more).toEqual([]);
  expect(one).toMatchObject({ kind: "automate", rule: "whole-corpus-needs-ml-platform" });
  expect(one?.evidence).toMatchObject([
    { agent: "rag-indexer", resource: "embedding-corpus", access: "read", asks: 79 },
  ]);
  expect(one?.replay).toEqual({
    ...{ asks: 600, same: 521, atOnce: 79, fewerAsked: 0, denied: 0 },
    ...{ shorterCap: 0, otherwise: 0, undecidable: 0 },
  });
});

it("proposes it as a patch that applies, loads, and passes its own cases", () => {
  const [one] = found.proposals ?? [];
  inCopy((dir) => {
    const applied = spawnSync("git", ["apply", "-p1", "-"], {
      cwd: join(dir, ".."),
      input: one?.patch ?? "",
      encoding: "utf8",
    });
    expect([applied.status, applied.stderr]).toEqual([0, ""]);
    expect(checkPolicy(folderAt(dir)).ok).toBe(true);
    const failed = testPolicy(folderAt(dir)).lines.slice(0, -1);
    expect(failed.filter((line) => line.includes("learned"))).toEqual([]);
    expect(failed).toHaveLength(one?.casesToChange.length ?? 0);
  });
});
