import fc from "fast-check";
import { expect, it } from "vitest";
import { decideAsk, decideOnce } from "../../../functions/core/policy/ask.ts";
import type { PolicyBundle, Rule } from "../../../functions/core/policy/bundle.ts";
import { type AskInput, NEWCOMER } from "../../../functions/core/policy/context.ts";
import type { Decision } from "../../../functions/core/policy/decided.ts";
import { preparePolicyEngine } from "../../../functions/core/policy/engine.ts";
import { agentOf, changed, NOW, resourceOf, shipped, withRules } from "./example.ts";

const conditions = [
  "true",
  'resource.tags.contains("pii")',
  'resource.classification == "internal"',
  "context.windowSeconds > 300",
  "context.wholeResource",
  "context.breakGlass",
  'principal in Team::"customer-care"',
  // Overflows, but for short windows.
  "context.windowSeconds > 900 && context.windowSeconds * 9223372036854775807 > 0",
];
const text = (effect: Rule["effect"], when: string) =>
  `${effect} (principal, action, resource) when { ${when} };`;
const when = fc.constantFrom(...conditions);
const drawnRule = fc.oneof(
  when.map((w) => ({ effect: "forbid" as const, text: text("forbid", w) })),
  fc
    .record({
      when,
      approvers: fc.constantFrom(...Object.keys(shipped.catalogue.groups)),
      quorum: fc.integer({ min: 1, max: 3 }),
      stage: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ when: w, ...obligation }) => ({
      ...{ effect: "forbid" as const, text: text("forbid", w), obligation },
    })),
  fc.record({ when, cap: fc.integer({ min: 60, max: 3_600 }) }).map(({ when: w, cap }) => ({
    ...{ effect: "permit" as const, text: text("permit", w), maxWindowSeconds: cap },
  })),
  when.map((w) => ({ ...{ effect: "permit" as const, text: text("permit", w) }, breakGlass: true as const })),
);

const ask = fc.record({
  agent: fc.constantFrom("support-assistant", "analytics-copilot", "finetune-pipeline"),
  what: fc.constantFrom(
    ...shipped.catalogue.resources.flatMap((resource) =>
      resource.accesses.map((access) => ({ resource, access })),
    ),
  ),
  windowSeconds: fc.integer({ min: 60, max: 3_600 }),
  wholeResource: fc.boolean(),
  breakGlass: fc.boolean(),
});

/** What passes: whatever is drawn beside it, a rule on trial has something to say six times. */
const routine = {
  ...{ agent: "finetune-pipeline", windowSeconds: 600, wholeResource: true, breakGlass: false },
  what: { resource: resourceOf(shipped, "support-conversations"), access: "read" as const },
};

const inForce = changed(shipped, { rules: shipped.rules.filter(({ shadow }) => !shadow) });
const depsOf = (bundle: PolicyBundle) => ({
  engine: preparePolicyEngine(bundle),
  ...{ bundle, catalogue: bundle.catalogue },
});
const without = ({ shadow: _, policyVersion: __, ...decision }: Decision) => decision;

it("I-11 rules on trial change nothing of a decision, and what is told of them is what they would do live", () => {
  const plain = depsOf(inForce);
  let told = 0;
  fc.assert(
    fc.property(
      fc.array(drawnRule, { minLength: 1, maxLength: 4 }),
      fc.array(ask, { minLength: 4, maxLength: 5 }),
      (drawn, asks) => {
        const rules = drawn.map((rule, index): Rule => ({ ...rule, id: `added-${index}`, reason: "added" }));
        const onTrial = depsOf(withRules(inForce, ...rules.map((rule): Rule => ({ ...rule, shadow: true }))));
        const live = depsOf(withRules(inForce, ...rules));
        for (const { agent, what, ...asked } of asks) {
          const input: AskInput = {
            ...{ agent: agentOf(shipped, agent), ...what, at: NOW },
            facts: {
              ...{ ...asked, masked: false, purposeGiven: true, ticketGiven: false },
              ...{ startsAt: NOW, standing: NEWCOMER },
            },
          };
          const decided = decideAsk(onTrial, input);
          expect(without(decided)).toEqual(without(decideAsk(plain, input)));
          const then = decideOnce(live, input);
          const { outcome, plan } = decided.shadow ?? decided;
          expect([outcome, plan]).toEqual([then.outcome, then.plan]);
          if (decided.shadow) told += 1;
        }
      },
    ),
    {
      numRuns: 12,
      examples: [[[{ effect: "forbid", text: text("forbid", "true") }], Array(6).fill(routine)]],
    },
  );
  expect(told).toBeGreaterThan(5);
}, 30_000);
