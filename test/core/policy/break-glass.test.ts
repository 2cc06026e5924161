import { describe, expect, it } from "vitest";
import type { Rule } from "../../../functions/core/policy/bundle.ts";
import { decision } from "../../../functions/core/policy/decided.ts";
import { unmetRules } from "../../../functions/core/policy/decision.ts";
import { changed, deciderOf, shipped, usual, withRules } from "./example.ts";

const breaking = { ...usual, breakGlass: true };
const claims = { agent: "support-assistant", access: "read", resource: "claims", context: breaking } as const;
const decided = deciderOf(shipped);

describe("an ask that breaks the glass", () => {
  it("passes at once by the rule that lets it, and says whom it did not ask", () => {
    const made = decided(claims);
    expect(made).toMatchObject({
      outcome: "allow",
      plan: [],
      rules: [{ id: "read-at-home" }, { id: "break-glass-for-customer-care" }],
      breakGlass: {
        rule: "break-glass-for-customer-care",
        skipped: [{ stage: 1, rule: "personal-data-needs-privacy", group: "privacy", quorum: 1 }],
      },
    });
    expect(decision.parse(made)).toEqual(made);
  });

  it("passes as any other where there is nothing to skip", () => {
    const routine = { ...claims, resource: "product-docs" };
    const { outcome, breakGlass, rules } = decided({
      ...routine,
      context: { ...breaking, openReview: true },
    });
    expect([outcome, breakGlass, rules.map(({ id }) => id)]).toEqual(["allow", undefined, ["read-at-home"]]);
  });

  it("is refused while a review of an earlier one is open", () => {
    expect(decided({ ...claims, context: { ...breaking, openReview: true } })).toMatchObject({
      outcome: "deny",
      plan: [],
      rules: [{ id: "break-glass-review-open", reason: expect.stringContaining("review") }],
    });
  });

  it("is refused where no rule lets it, even though people could be asked", () => {
    const rules = shipped.rules.filter(({ breakGlass }) => !breakGlass);
    const without = deciderOf(changed(shipped, { rules }));
    expect(without(claims)).toMatchObject({ outcome: "deny", rules: [{ id: "no-break-glass" }] });
    expect(without({ ...claims, context: usual }).outcome).toBe("needs_approval");
  });

  it("is refused by every plain no", () => {
    const no: Rule = {
      ...{ id: "no-claims", reason: "not today", effect: "forbid" },
      text: 'forbid (principal, action, resource == Resource::"claims");',
    };
    expect(deciderOf(withRules(shipped, no))(claims)).toMatchObject({
      outcome: "deny",
      rules: [{ id: "no-claims" }],
    });
    expect(decided({ ...claims, agent: "rag-indexer" })).toMatchObject({
      outcome: "deny",
      rules: [{ id: "environments-do-not-cross" }],
    });
  });

  it("I-04 is held to the window of the rule that lets it", () => {
    expect(decided({ ...claims, context: { ...breaking, windowSeconds: 901 } })).toMatchObject({
      outcome: "deny",
      rules: [
        { id: "break-glass-for-customer-care", reason: expect.stringContaining("900 seconds (15 minutes)") },
      ],
    });
  });

  it("I-13 is refused where the people who would be told cannot be found either", () => {
    const crowd: Rule = {
      ...{
        id: "crowd",
        reason: "asks many",
        effect: "forbid",
        text: "forbid (principal, action, resource);",
      },
      obligation: { approvers: "compliance", quorum: 2, stage: 1 },
    };
    expect(deciderOf(withRules(shipped, crowd))(claims)).toMatchObject({
      outcome: "deny",
      rules: [{ id: "crowd" }],
    });
  });
});

describe("I-18 what was approved is not enough any more", () => {
  const stage = { stage: 1, rule: "r", reason: "why", group: "security", quorum: 1 };
  const now = (more: object) => ({
    ...decided({ ...claims, context: usual }),
    plan: [{ ...stage, ...more }],
  });

  it("when it must now be signed, or the team no longer counts", () => {
    expect(unmetRules(now({ channel: "signed" }), [stage])).toEqual(["r"]);
    expect(unmetRules(now({ exclude: "team" }), [stage])).toEqual(["r"]);
  });

  it("but is enough when that was so before, or is so no more", () => {
    expect(unmetRules(now({ channel: "signed" }), [{ ...stage, channel: "signed" }])).toEqual([]);
    expect(unmetRules(now({}), [{ ...stage, exclude: "team", channel: "signed" }])).toEqual([]);
    expect(unmetRules(now({ within: 600, escalateTo: "privacy" }), [stage])).toEqual([]);
  });
});

describe("a stage that only a signature decides", () => {
  it("I-13 is refused when too few of those who could sign may decide", () => {
    const signed: Rule = {
      ...{
        id: "signed",
        reason: "by signature",
        effect: "forbid",
        text: "forbid (principal, action, resource);",
      },
      obligation: { approvers: "privacy", quorum: 2, stage: 1, channel: "signed" },
    };
    const reads = { agent: "finetune-pipeline", access: "read", resource: "support-conversations" } as const;
    expect(deciderOf(withRules(shipped, signed))(reads)).toMatchObject({
      outcome: "deny",
      rules: [{ id: "signed" }],
    });
    const one = {
      ...signed,
      obligation: { approvers: "privacy", quorum: 1, stage: 1, channel: "signed" } as const,
    };
    expect(deciderOf(withRules(shipped, one))(reads).outcome).toBe("needs_approval");
  });
});
