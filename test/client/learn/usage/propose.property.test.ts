import fc from "fast-check";
import { expect, test } from "vitest";
import { granted } from "../../../../client/learn/usage/covers.ts";
import { isNarrower } from "../../../../client/learn/usage/narrower.ts";
import { proposalsFor } from "../../../../client/learn/usage/propose.ts";
import { evaluate } from "../../../core/kinds/evaluate.ts";
import { DAY, got, grantOf, judgedAll, listed, START, storyOf } from "./made.ts";

const name = fc.constantFrom("a/x", "a/y", "a/b/x", "a/b/c/y", "a", "ab/x", "2026/x");
const call = fc
  .tuple(name, fc.integer({ min: 1, max: 1_799 }), fc.integer({ min: 0, max: 11 }))
  .map(([key, at, kind]) => {
    if (kind === 0) return listed(`eval/${key.replace(/[^/]*$/, "")}`, at);
    if (kind === 1) return got(`eval/${key}`, at, { error: "AccessDenied" });
    return got(`eval/${key}`, at);
  });
const few = fc.array(call, { minLength: 1, maxLength: 3 });
const folder = fc.constantFrom("", "a/", "a/b/");
const year = fc.tuple(folder, fc.array(few, { minLength: 10, maxLength: 16 }), fc.constantFrom(300, 1_800));

test("whatever was done: each proposal would have let all of it pass, is no wider than any ask, and can be asked for", () => {
  let proposed = 0;
  fc.assert(
    fc.property(year, ([below, days, windowSeconds]) => {
      const stories = days.map((calls, index) =>
        storyOf(
          grantOf({ startsAt: START + index * 2 * DAY, windowSeconds }),
          calls.map((each) => ({
            ...each,
            ...("key" in each ? { key: String(each.key).replace("eval/", `eval/${below}`) } : {}),
          })),
        ),
      );
      const { groups, resources } = judgedAll(stories);
      const resource = resources.find(({ id }) => id === "eval-sets");
      if (!resource) throw new Error("no eval-sets");
      const calls = stories.flatMap((story) => story.calls.map((each) => ({ ...each, story })));
      for (const proposal of proposalsFor(groups, resources, { grants: 10, days: 14 })) {
        proposed += 1;
        if (proposal.narrows === "window")
          for (const { last, story } of calls)
            expect(last).toBeLessThan((story.grant.moves[1]?.startsAt ?? 0) + proposal.windowSeconds * 1_000);
        if (proposal.narrows !== "scope") continue;
        expect(isNarrower(proposal.scope, undefined)).toBe(true);
        const Statement = granted(resource, { id: "x", access: "read", scope: proposal.scope });
        const bucket = resource.arn.replace(/\/.*/, "");
        for (const { call: one } of calls) {
          const asked =
            one.action === "GetObject"
              ? { action: "s3:GetObject", resource: `${bucket}/${one.key}` }
              : { action: "s3:ListBucket", resource: bucket, context: { "s3:prefix": one.prefix ?? "" } };
          expect(evaluate({ Version: "2012-10-17", Statement }, asked)).toBe("allow");
        }
      }
    }),
    { numRuns: 150 },
  );
  expect(proposed).toBeGreaterThan(10);
});
