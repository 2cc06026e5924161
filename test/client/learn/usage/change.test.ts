import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Change, changeFor } from "../../../../client/learn/usage/change/change.ts";
import { ruleId } from "../../../../client/learn/usage/change/rule.ts";
import type { Proposal } from "../../../../client/learn/usage/propose.ts";
import { folderAt } from "../../../../client/policy/folder.ts";
import { tryCase } from "../../../../functions/core/policy/cases.ts";
import { loadWithCases } from "../../../../functions/core/policy/files/with-cases.ts";

const evidence = { grants: 12, days: 22, uses: 24, from: 0, until: 1 };
const folder = folderAt("policy");
const before = loadWithCases(folder);
const proposals: Record<string, Proposal> = {
  scope: {
    ...{ narrows: "scope", agent: "eval-runner", resource: "eval-sets", access: "read", evidence, notes: [] },
    ...{ scope: { prefix: "suites/" }, isNamed: false },
  },
  "scope of a resource with parts": {
    ...{
      narrows: "scope",
      agent: "rag-indexer",
      resource: "embedding-corpus",
      access: "read",
      evidence,
      notes: [],
    },
    ...{
      scope: {
        keys: ['a: "b" #c.md', "it's, d.md"].map((key) => key.replaceAll('"', "(").replace("#", "+")),
      },
      isNamed: false,
    },
  },
  window: {
    ...{ narrows: "window", resource: "prompt-library", windowSeconds: 1_800, evidence, notes: [] },
    ...{ neededMs: 1_000, askedSeconds: 3_600 },
  },
  "window of an agent": {
    ...{ narrows: "window", agent: "support-assistant", resource: "product-docs", windowSeconds: 900 },
    ...{ evidence, notes: [], neededMs: 1_000, askedSeconds: 3_600 },
  },
  access: { narrows: "access", resource: "feature-store", access: "write", to: "read", evidence, notes: [] },
  "access of an agent": {
    ...{ narrows: "access", agent: "finetune-pipeline", resource: "training-manifests", access: "write" },
    ...{ to: "read", evidence, notes: [] },
  },
};

const changeOf = (proposal: Proposal): Change => {
  const agentOf = () => proposal.agent ?? "eval-runner";
  const change = changeFor({ folder, before, agentOf }, proposal);
  if ("problem" in change) throw new Error(change.problem);
  return change;
};

describe("a proposal as a change of the policy", () => {
  let copy = "";
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), "latchkey-change-"));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test.each(Object.entries(proposals))(
    "of %s is a patch that git applies, and what comes of it loads, its own cases met",
    (name, proposal) => {
      const change = changeOf(proposal);
      const root = join(copy, name.replaceAll(" ", "-"));
      cpSync("policy", join(root, "policy"), { recursive: true });
      execFileSync("git", ["apply", "--whitespace=error", "-"], {
        cwd: root,
        input: change.patch,
        stdio: ["pipe", "ignore", "pipe"],
      });
      const { deps, cases } = loadWithCases(folderAt(join(root, "policy")));
      expect(deps.bundle.version).not.toBe(before.deps.bundle.version);
      const own = cases.filter(({ case: each }) => each.name.startsWith(ruleId(proposal)));
      for (const { case: each, input } of own) expect(tryCase(deps, each, input).wrong).toEqual([]);
      const wrong = cases.filter(({ case: each, input }) => tryCase(deps, each, input).wrong.length > 0);
      expect(wrong.map(({ case: each }) => each.name).sort()).toEqual([...change.otherwise].sort());
      expect(own).toHaveLength(change.files.some(({ path }) => path.startsWith("rules/")) ? 2 : 0);
    },
  );

  test("touches nothing but the resource, whose comments and form stay", () => {
    const { patch } = changeOf(proposals.scope as Proposal);
    const [catalogue = ""] = patch.split("--- /dev/null");
    expect(catalogue.split("\n").filter((line) => /^[-+][^-+]/.test(line))).toEqual([
      "+    subScopes:",
      "+      - id: suites",
      '+        description: "What eval-runner uses: prefix suites/"',
      '+        scope: {"prefix":"suites/"}',
    ]);
  });

  test("refuses the whole, offers the part, and leaves masked reads alone", () => {
    const { files } = changeOf(proposals.scope as Proposal);
    const rule = files.find(({ path }) => path.endsWith(".cedar"))?.after;
    expect(rule).toContain('principal == Agent::"eval-runner"');
    expect(rule).toContain("context.wholeResource && !context.masked");
    const cases = files.find(({ path }) => path.startsWith("cases/"))?.after;
    expect(cases).toMatch(/outcome: deny[\s\S]*outcome: allow/);
  });

  test("that does not load as the policy is, is told with the reason and no patch", () => {
    const wide: Proposal = { ...(proposals["window of an agent"] as Proposal), agent: "nobody-known" };
    const change = changeFor({ folder, before, agentOf: () => "nobody-known" }, wide);
    expect(change).toEqual({ problem: expect.stringContaining("no agent has the id nobody-known") });
  });
});
