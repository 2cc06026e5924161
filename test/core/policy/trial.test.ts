import { describe, expect, it } from "vitest";
import { decideAsk, decideOnce } from "../../../functions/core/policy/ask.ts";
import type { PolicyBundle, Rule } from "../../../functions/core/policy/bundle.ts";
import { type AskFacts, type AskInput, NEWCOMER } from "../../../functions/core/policy/context.ts";
import { decide } from "../../../functions/core/policy/decision.ts";
import {
  type Asked,
  type Heard,
  type PolicyEngine,
  preparePolicyEngine,
} from "../../../functions/core/policy/engine.ts";
import { decideWithTrial } from "../../../functions/core/policy/trial.ts";
import { agentOf, changed, NOW, resourceOf, shipped } from "./example.ts";

const TUESDAY = Date.UTC(2026, 10, 17, 9);
const facts: AskFacts = {
  ...{ windowSeconds: 600, wholeResource: true, masked: false, breakGlass: false },
  ...{ purposeGiven: true, ticketGiven: true, startsAt: TUESDAY, standing: NEWCOMER },
};
const asking = (agent: string, resource: string, more: Partial<AskFacts> = {}): AskInput => ({
  ...{ agent: agentOf(shipped, agent), resource: resourceOf(shipped, resource), access: "read" },
  ...{ facts: { ...facts, ...more }, at: NOW },
});
const docs = asking("support-assistant", "product-docs");

const none = changed(shipped, { rules: shipped.rules.filter(({ shadow }) => !shadow) });
const depsOf = (bundle: PolicyBundle) => ({
  ...{ bundle, catalogue: bundle.catalogue },
  engine: preparePolicyEngine(bundle),
});
type Drawn = Omit<Partial<Rule>, "id"> & Pick<Rule, "effect"> & { when?: string };
const trial = (id: string, { when = "true", ...more }: Drawn): Rule => ({
  ...{ id, reason: `${id} to see`, shadow: true },
  text: `${more.effect} (principal, action, resource) when { ${when} };`,
  ...more,
});
const under = (...rules: Rule[]) => depsOf(changed(none, { rules: [...none.rules, ...rules] }));
const shadowOf = (input: AskInput, ...rules: Rule[]) => decideAsk(under(...rules), input).shadow;

const OVERFLOW = "context.windowSeconds * 9223372036854775807 > 0";
const asksSecurity = { approvers: "security", quorum: 1, stage: 1 };

describe("a rule on trial is noted with what it would have done", () => {
  it("when it would deny", () => {
    expect(shadowOf(docs, trial("no", { effect: "forbid" }))).toEqual({
      notes: [{ id: "no", reason: "no to see", would: "deny" }],
      ...{ outcome: "deny", plan: [] },
    });
  });

  it("when it would ask people, with whom, and the plan that would come of it", () => {
    const found = shadowOf(docs, trial("ask", { effect: "forbid", obligation: asksSecurity }));
    expect(found).toMatchObject({
      notes: [{ id: "ask", would: "ask", group: "security", quorum: 1 }],
      outcome: "needs_approval",
      plan: [{ stage: 1, rule: "ask", group: "security", quorum: 1 }],
    });
  });

  it("when it would let pass what is refused, or for longer", () => {
    const crossing = asking("support-assistant", "support-conversations");
    const when = 'resource.classification == "internal"';
    const permit = trial("yes", { effect: "permit", when, maxWindowSeconds: 900 });
    // A forbid in force stays one, whatever is permitted.
    expect(shadowOf(crossing, permit)).toBeUndefined();
    const unpermitted = { ...none, rules: none.rules.filter(({ id }) => !id.startsWith("read-")) };
    const { version: _, ...content } = unpermitted;
    const bundle = changed(none, {
      ...content,
      rules: [...unpermitted.rules, trial("yes", { effect: "permit", maxWindowSeconds: 900 })],
    });
    expect(decideAsk(depsOf(bundle), docs)).toMatchObject({
      outcome: "deny",
      rules: [{ id: "no-rule-allows" }],
      shadow: { notes: [{ id: "yes", would: "allow", maxWindowSeconds: 900 }], outcome: "allow" },
    });
    const longer = trial("longer", { effect: "permit", maxWindowSeconds: 3_600 });
    expect(shadowOf(docs, longer)?.notes).toEqual([
      { id: "longer", reason: "longer to see", would: "allow", maxWindowSeconds: 3_600 },
    ]);
  });

  it("when it would let the glass be broken, only where that is wanted", () => {
    const glass = trial("glass", { effect: "permit", breakGlass: true });
    const claims = asking("analytics-copilot", "claims", { breakGlass: true });
    expect(decideAsk(under(glass), claims)).toMatchObject({
      outcome: "deny",
      rules: [{ id: "no-break-glass" }],
      shadow: { notes: [{ id: "glass", would: "allow" }], outcome: "allow" },
    });
    expect(shadowOf(asking("analytics-copilot", "claims"), glass)).toBeUndefined();
  });

  it("when it cannot be evaluated, which neither denies nor throws", () => {
    const decision = decideAsk(under(trial("errs", { effect: "forbid", when: OVERFLOW })), docs);
    expect(decision).toMatchObject({
      outcome: "allow",
      shadow: { notes: [{ id: "errs", would: "error" }], outcome: "deny", plan: [] },
    });
  });

  it("by itself among others: one that adds to a no already said is not, one that an opened ask would meet is", () => {
    const unpermitted = none.rules.filter(({ id }) => !id.startsWith("read-"));
    const rules = [
      trial("ask", { effect: "forbid", obligation: asksSecurity }),
      trial("yes", { effect: "permit" }),
    ];
    const [asks] = rules;
    const only = depsOf(changed(none, { rules: [...unpermitted, ...(asks ? [asks] : [])] }));
    expect(decideAsk(only, docs).shadow).toBeUndefined();
    const both = depsOf(changed(none, { rules: [...unpermitted, ...rules] }));
    expect(decideAsk(both, docs).shadow).toMatchObject({
      notes: [
        { id: "ask", would: "ask" },
        { id: "yes", would: "allow" },
      ],
      outcome: "needs_approval",
    });
  });
});

describe("whatever goes wrong with rules on trial", () => {
  const many = Array.from({ length: 40 }, (_, index) => trial(`no-${index}`, { effect: "forbid" }));

  it("the decision stands as it would without them, and it is told that they were not heard", () => {
    const deps = under(trial("no", { effect: "forbid" }));
    const emergency = asking("support-assistant", "product-docs", { breakGlass: true });
    // It passes without breaking the glass: only with the rule on trial live is anything heard of that.
    const hear = (...asked: Asked): Heard => {
      if (asked[3].breakGlass) throw new Error("Cedar is gone");
      return deps.engine.hear?.(...asked) ?? { applying: [], errors: [] };
    };
    const engine = Object.assign((...asked: Asked) => deps.engine(...asked), { hear });
    const told: unknown[] = [];
    const trialFailed = (fault: unknown) => told.push(fault);
    const decision = decideAsk({ ...deps, engine, trialFailed }, emergency);
    const { policyVersion: _, ...plain } = decideAsk(depsOf(none), emergency);
    expect(decision).toEqual({ ...plain, policyVersion: deps.bundle.version });
    expect(told).toEqual([new Error("Cedar is gone")]);
  });

  it("no more of them are looked at than may be on trial, though more are in a policy of before", () => {
    const deps = under(...many);
    let decided = 0;
    const decision = decideWithTrial({
      ...{ engine: deps.engine, rules: deps.bundle.rules, resource: docs.resource },
      decideBy: (by) => {
        decided += 1;
        return decideOnce({ ...deps, engine: by }, docs);
      },
    });
    expect(decision.shadow?.notes).toHaveLength(20);
    // By the rules in force, with all on trial live, and with each that is looked at.
    expect(decided).toBe(22);
  });
});

describe("a rule on trial is not heard", () => {
  const forbids = under(trial("no", { effect: "forbid" }));

  it("when a decision is made again, as at a yes, before a session and after a deploy", () => {
    const { context } = decideAsk(forbids, docs);
    const { agent, resource, access } = docs;
    const again = decide(forbids, { agent, resource, access, context, at: NOW });
    expect(again).toMatchObject({ outcome: "allow" });
    expect(again).not.toHaveProperty("shadow");
    expect(decideOnce(forbids, docs)).not.toHaveProperty("shadow");
  });

  it("where there is none: the engine is asked as often as it ever was", () => {
    const plain = depsOf(none);
    let asked = 0;
    const engine: PolicyEngine = (...each) => {
      asked += 1;
      return plain.engine(...each);
    };
    expect(decideAsk({ ...plain, engine }, docs).outcome).toBe("allow");
    expect([asked, plain.engine.hear]).toEqual([1, undefined]);
  });

  it("more than once: Cedar is asked once for an ask, however many apply", () => {
    const deps = under(
      trial("no", { effect: "forbid" }),
      trial("ask", { effect: "forbid", obligation: asksSecurity }),
      trial("longer", { effect: "permit", maxWindowSeconds: 3_600 }),
    );
    const { hear } = deps.engine;
    if (!hear) throw new Error("nothing is on trial");
    let asked = 0;
    const verdict: PolicyEngine = () => {
      throw new Error("asked beside what was heard");
    };
    const engine = Object.assign(verdict, {
      hear: (...each: Parameters<typeof hear>) => {
        asked += 1;
        return hear(...each);
      },
    });
    expect(decideAsk({ ...deps, engine }, docs).shadow?.notes).toHaveLength(3);
    expect(asked).toBe(1);
  });
});
