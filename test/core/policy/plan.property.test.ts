import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accessNames } from "../../../functions/core/kinds/names.ts";
import type { Rule } from "../../../functions/core/policy/bundle.ts";
import type { Decision } from "../../../functions/core/policy/decided.ts";
import { canBeFilled } from "../../../functions/core/policy/plan.ts";
import { deciderOf, shipped, usual, withRules } from "./example.ts";

/** The same question by trying everything: somebody of their own for the first seat, then for the others. */
function fillsByBruteForce(seats: readonly (readonly string[])[]): boolean {
  const [first, ...others] = seats;
  if (!first) return true;
  return first.some((person) =>
    fillsByBruteForce(others.map((people) => people.filter((other) => other !== person))),
  );
}

const people = ["ann", "bo", "cy", "di", "ed"];

describe("a plan can be filled by distinct people", () => {
  it("exactly when trying everything finds a way", () => {
    const seats = fc.array(fc.subarray(people), { maxLength: 5 });
    fc.assert(
      fc.property(seats, (given) => {
        expect(canBeFilled(given)).toBe(fillsByBruteForce(given));
      }),
      { numRuns: 1_000 },
    );
  });

  it("when a later seat needs somebody who was placed already, and they can move", () => {
    expect(canBeFilled([["ann", "bo"], ["ann"]])).toBe(true);
    expect(canBeFilled([["ann", "bo"], ["ann"], ["bo"]])).toBe(false);
    expect(canBeFilled([])).toBe(true);
    expect(canBeFilled([[]])).toBe(false);
  });
});

const leniency: Record<Decision["outcome"], number> = { deny: 0, needs_approval: 1, allow: 2 };
const conditions = [
  "true",
  'resource.tags.contains("pii")',
  'resource.classification == "internal"',
  "context.windowSeconds > 300",
  "context.wholeResource",
  'principal in Team::"ml-platform"',
];

const obligation = fc
  .record({
    when: fc.constantFrom(...conditions),
    approvers: fc.constantFrom(...Object.keys(shipped.catalogue.groups)),
    quorum: fc.integer({ min: 1, max: 3 }),
    stage: fc.integer({ min: 1, max: 3 }),
  })
  .map(
    ({ when, ...asked }): Omit<Rule, "id"> => ({
      reason: "added",
      effect: "forbid",
      text: `forbid (principal, action, resource) when { ${when} };`,
      obligation: asked,
    }),
  );

const ask = fc.record({
  agent: fc.constantFrom(...shipped.catalogue.agents.map(({ id }) => id)),
  resource: fc.constantFrom(...shipped.catalogue.resources.map(({ id }) => id)),
  access: fc.constantFrom(...accessNames),
  context: fc
    .record({
      windowSeconds: fc.integer({ min: 60, max: 3_600 }),
      wholeResource: fc.boolean(),
      masked: fc.boolean(),
      risk: fc.integer({ min: 0, max: 100 }),
      hour: fc.integer({ min: 0, max: 23 }),
      workingHours: fc.boolean(),
      modelChanged: fc.boolean(),
      breakGlass: fc.boolean(),
      openReview: fc.boolean(),
    })
    .map((drawn) => ({ ...usual, ...drawn })),
});

/** Asks under the shipped policy, and under it with more rules. */
const besides = (rules: readonly Rule[]) => ({
  decided: deciderOf(shipped),
  decidedThen: deciderOf(withRules(shipped, ...rules)),
});
const permit = fc.record({ when: fc.constantFrom(...conditions), cap: fc.integer({ min: 60, max: 3_600 }) });
const asks = fc.array(ask, { minLength: 10, maxLength: 20 });

describe("a forbid more", () => {
  it("never makes a decision more lenient, with the glass broken or not", () => {
    fc.assert(
      fc.property(fc.constantFrom(...conditions), asks, (when, drawn) => {
        const text = `forbid (principal, action, resource) when { ${when} };`;
        const { decided, decidedThen } = besides([{ id: "added", reason: "added", effect: "forbid", text }]);
        for (const each of drawn)
          expect(leniency[decidedThen(each).outcome]).toBeLessThanOrEqual(leniency[decided(each).outcome]);
      }),
      { numRuns: 20 },
    );
  }, 30_000);
});

describe("a permit more", () => {
  const added = ({ when, cap }: { when: string; cap: number }, breakGlass?: true): Rule => ({
    ...{ id: "added", reason: "added", effect: "permit", maxWindowSeconds: cap },
    text: `permit (principal, action, resource) when { ${when} };`,
    ...(breakGlass ? { breakGlass } : {}),
  });

  it("I-04 lets nothing pass for longer than its own cap", () => {
    fc.assert(
      fc.property(permit, asks, (drawnRule, drawn) => {
        const { decided, decidedThen } = besides([added(drawnRule)]);
        for (const each of drawn) {
          if (each.context.windowSeconds <= drawnRule.cap) continue;
          expect(decidedThen(each).outcome).toBe(decided(each).outcome);
        }
      }),
      { numRuns: 20 },
    );
  }, 30_000);

  it("changes nothing but asks that break the glass, when it is for those", () => {
    fc.assert(
      fc.property(permit, asks, (drawnRule, drawn) => {
        const { decided, decidedThen } = besides([added(drawnRule, true)]);
        for (const each of drawn) {
          const had = decided(each);
          const has = decidedThen(each);
          if (!each.context.breakGlass) expect({ ...has, policyVersion: had.policyVersion }).toEqual(had);
          else if (had.outcome === "allow") expect(has.outcome).toBe("allow");
          else if (has.outcome === "allow") expect(has.breakGlass?.skipped.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 20 },
    );
  }, 30_000);

  it("breaks no glass while a review is open", () => {
    fc.assert(
      fc.property(permit, asks, (drawnRule, drawn) => {
        const { decidedThen } = besides([added({ ...drawnRule, cap: 3_600 }, true)]);
        for (const each of drawn.filter(({ context }) => context.openReview))
          expect(decidedThen(each).breakGlass).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  }, 30_000);
});

describe("an obligation more", () => {
  it("never makes a decision more lenient, and never takes a demand away", () => {
    const decided = deciderOf(shipped);
    fc.assert(
      fc.property(
        fc.array(obligation, { minLength: 1, maxLength: 3 }),
        fc.array(ask, { minLength: 10, maxLength: 20 }),
        (added, asks) => {
          const rules = added.map((rule, index): Rule => ({ ...rule, id: `added-${index}` }));
          const decidedThen = deciderOf(withRules(shipped, ...rules));
          for (const each of asks) {
            const had = decided(each);
            const has = decidedThen(each);
            expect(leniency[has.outcome]).toBeLessThanOrEqual(leniency[had.outcome]);
            if (has.outcome === "deny") continue;
            const demands = ({ plan, breakGlass }: Decision) =>
              [...plan, ...(breakGlass?.skipped ?? [])].map(({ rule }) => rule);
            expect(demands(has)).toEqual(expect.arrayContaining(demands(had)));
            expect(has.plan.map(({ stage }) => stage)).toEqual(has.plan.map((_, index) => index + 1));
          }
        },
      ),
      { numRuns: 25 },
    );
  }, 30_000);
});
