import { expect, it } from "vitest";
import { patchAt } from "../../../../client/learn/usage/patch.ts";
import { insightsText } from "../../../../client/learn/usage/text.ts";
import { usageExamples } from "../../../browser/usage-example.ts";

const { busy } = usageExamples;

it("prints the one change that was named, by the number that it is told under", () => {
  expect(insightsText(busy)).toContain("\n  1. eval-runner, eval-sets, read: only prefix suites/");
  expect(insightsText(busy)).toContain("\n    For git apply: --patch 1\n");
  expect(patchAt(busy, 1)).toMatch(/^--- a\/policy\/catalogue\/resources\.yaml\n/);
});

it("refuses a number that there is not, and a change that would not load", () => {
  expect(() => patchAt(busy, 3)).toThrow("There are 2 changes to propose.");
  expect(insightsText(busy)).not.toContain("--patch 2");
  expect(() => patchAt(busy, 2)).toThrow(/^Change 2 would not load: policy\/cases\/windows\.yaml:12/);
});
