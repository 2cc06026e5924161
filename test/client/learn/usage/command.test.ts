import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exitCodes } from "../../../../client/exit.ts";
import { patchAt } from "../../../../client/learn/usage/patch.ts";
import { insightsText } from "../../../../client/learn/usage/text.ts";
import { usageExamples } from "../../../browser/usage-example.ts";
import { capture } from "../../commands/run.ts";

const { busy } = usageExamples;
const [first] = busy.proposals;

it("says that there is no policy before anything is read", async () => {
  const none = join(tmpdir(), "latchkey-no-policy");
  expect(await capture("insights", "usage", "--events", none, "--policy", none)).toEqual({
    ...{ code: exitCodes.usage, out: "" },
    err: `There is no policy folder ${none}: name it with --policy.\n`,
  });
});

it("prints the one change that was named, by the number that it is told under", () => {
  expect(insightsText(busy)).toContain("\n  1. eval-runner, eval-sets, read: only prefix suites/");
  expect(insightsText(busy)).toContain("\n    For git apply: --patch 1\n");
  expect(patchAt(busy, 1)).toMatch(/^--- a\/policy\/catalogue\/resources\.yaml\n/);
});

it("refuses a number that there is not, and a change that would not load", () => {
  expect(() => patchAt(busy, 3)).toThrow("There is no change 3: they are numbered from 1 to 2.");
  expect(() => patchAt({ proposals: first ? [first] : [] }, 2)).toThrow("only 1 is proposed.");
  expect(() => patchAt({ proposals: [] }, 1)).toThrow("none is proposed.");
  expect(insightsText(busy)).not.toContain("--patch 2");
  expect(() => patchAt(busy, 2)).toThrow(/^Change 2 would not load: policy\/cases\/windows\.yaml:12/);
});
