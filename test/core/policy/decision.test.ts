import { describe, expect, it } from "vitest";
import { eligibleApprovers } from "../../../functions/core/approval/eligible.ts";
import type { Rule } from "../../../functions/core/policy/bundle.ts";
import { askContext } from "../../../functions/core/policy/context.ts";
import { decision } from "../../../functions/core/policy/decided.ts";
import { unmetRules } from "../../../functions/core/policy/decision.ts";
import { agentOf, changed, deciderOf, NOW, shipped, usual, withRules } from "./example.ts";

const decideAsk = deciderOf(shipped);

const demand = (id: string, approvers: string, quorum: number, more: Partial<Rule> = {}): Rule => ({
  id,
  reason: `${id} wants it`,
  effect: "forbid",
  text: "forbid (principal, action, resource);",
  obligation: { approvers, quorum, stage: 1 },
  ...more,
});

const privacyStage = {
  stage: 1,
  rule: "personal-data-needs-privacy",
  reason: "personal data is read only with the data protection office's consent",
  group: "privacy",
  quorum: 1,
};

describe("decisions of the example company", () => {
  it("allows the fine-tuning pipeline to read support conversations, by the rule that says so", () => {
    expect(
      decideAsk({ agent: "finetune-pipeline", access: "read", resource: "support-conversations" }),
    ).toEqual({
      outcome: "allow",
      policyVersion: shipped.version,
      context: usual,
      rules: [{ id: "read-at-home", reason: "reading in the agent's own environment is routine work" }],
      plan: [],
    });
  });

  it("asks the data protection office when the support assistant reads claims", () => {
    const { outcome, plan, rules } = decideAsk({
      agent: "support-assistant",
      access: "read",
      resource: "claims",
    });
    expect(outcome).toBe("needs_approval");
    expect(plan).toEqual([privacyStage]);
    expect(rules.map(({ id }) => id)).toEqual(["read-at-home", "personal-data-needs-privacy"]);
  });

  it("asks two stages, in order, when the analytics copilot reads claims", () => {
    const { outcome, plan } = decideAsk({ agent: "analytics-copilot", access: "read", resource: "claims" });
    expect(outcome).toBe("needs_approval");
    expect(plan).toEqual([
      privacyStage,
      {
        stage: 2,
        rule: "analytics-personal-data-needs-owner",
        reason: "analytics over personal data also needs the owner of the data",
        group: "data-owners",
        quorum: 1,
      },
    ]);
  });

  it("refuses the staging indexer production claims, and asks nobody", () => {
    const { outcome, plan, rules } = decideAsk({ agent: "rag-indexer", access: "read", resource: "claims" });
    expect({ outcome, plan, rules }).toEqual({
      outcome: "deny",
      plan: [],
      rules: [{ id: "environments-do-not-cross", reason: "training, staging and production are kept apart" }],
    });
  });

  it("asks the platform team for a write at home, and never the agent's owner", () => {
    const ask = { agent: "finetune-pipeline", access: "write", resource: "training-manifests" } as const;
    const { outcome, plan } = decideAsk(ask);
    expect(outcome).toBe("needs_approval");
    expect(plan.map(({ group, quorum }) => [group, quorum])).toEqual([["ml-platform", 1]]);
    const agent = agentOf(shipped, "finetune-pipeline");
    expect(agent.owner).toBe("maya");
    expect(
      eligibleApprovers(shipped.catalogue, agent, { group: "ml-platform" }, NOW).map(({ id }) => id),
    ).toEqual(["luca"]);
  });

  it("is data of its own schema, and the same for the same ask", () => {
    for (const { id: agent } of shipped.catalogue.agents)
      for (const { id: resource, accesses } of shipped.catalogue.resources)
        for (const access of accesses) {
          const first = decideAsk({ agent, access, resource });
          expect(decision.parse(first)).toEqual(first);
          expect(decideAsk({ agent, access, resource })).toEqual(first);
        }
  });
});

describe("a decision fails closed", () => {
  const OVERFLOW = "context.windowSeconds * 9223372036854775807 > 0";
  const reads = { agent: "finetune-pipeline", access: "read", resource: "support-conversations" } as const;

  it.each([
    ["permit", demand("erring", "privacy", 1, { effect: "permit", obligation: undefined })],
    ["forbid, which Cedar would skip", demand("erring", "privacy", 1, { obligation: undefined })],
    ["obligation, which Cedar would skip", demand("erring", "privacy", 1)],
  ])("with no grant when evaluation errors in a %s", (_, { obligation, ...rule }) => {
    const text = `${rule.effect} (principal, action, resource) when { ${OVERFLOW} };`;
    const erring: Rule = { ...rule, text, ...(obligation ? { obligation } : {}) };
    expect(decideAsk(reads).outcome).toBe("allow");
    expect(deciderOf(withRules(shipped, erring))(reads)).toMatchObject({
      outcome: "deny",
      plan: [],
      rules: [{ id: "evaluation-failed", reason: "rule erring could not be evaluated without an error" }],
    });
  });

  it("when no rule permits, and says so", () => {
    const rules = shipped.rules.filter(({ id }) => id !== "read-at-home");
    expect(deciderOf(changed(shipped, { rules }))(reads)).toMatchObject({
      outcome: "deny",
      rules: [{ id: "no-rule-allows", reason: "no rule allows this agent this access" }],
    });
  });

  it("when a group is smaller than its quorum", () => {
    const decided = deciderOf(withRules(shipped, demand("two-of-one", "compliance", 2)))(reads);
    expect(decided).toMatchObject({
      outcome: "deny",
      plan: [],
      rules: [
        {
          id: "two-of-one",
          reason: "needs 2 of group compliance, which has too few people who may decide this",
        },
      ],
    });
  });

  it("when the agent's owner would be needed to fill a stage", () => {
    const decided = deciderOf(withRules(shipped, demand("both", "ml-platform", 2)))(reads);
    expect(decided).toMatchObject({ outcome: "deny", rules: [{ id: "both" }] });
    const byAnother = { agent: "release-job", access: "read", resource: "product-docs" } as const;
    expect(deciderOf(withRules(shipped, demand("both", "ml-platform", 2)))(byAnother).outcome).toBe(
      "needs_approval",
    );
  });

  it("when each stage could be filled, but not all by distinct people", () => {
    const two = withRules(shipped, demand("first", "privacy", 2), demand("second", "privacy", 1));
    expect(deciderOf(two)(reads)).toMatchObject({
      outcome: "deny",
      plan: [],
      rules: [{ id: "first" }, { id: "second" }],
    });
    const one = withRules(shipped, demand("first", "privacy", 1), demand("second", "privacy", 1));
    expect(deciderOf(one)(reads)).toMatchObject({
      outcome: "needs_approval",
      plan: [
        { stage: 1, rule: "first" },
        { stage: 2, rule: "second" },
      ],
    });
  });
});

describe("what is approved still covers what policy asks now", () => {
  const approved = [privacyStage];
  const now = decideAsk({ agent: "support-assistant", access: "read", resource: "claims" });

  it("when the plan is the same, smaller, or asks for fewer", () => {
    expect(unmetRules(now, approved)).toEqual([]);
    expect(unmetRules({ ...now, outcome: "allow", plan: [] }, approved)).toEqual([]);
    expect(unmetRules(now, [{ ...privacyStage, quorum: 2 }])).toEqual([]);
    expect(unmetRules({ ...now, outcome: "allow", plan: [] }, [])).toEqual([]);
  });

  it("whatever place in the order the stage had", () => {
    expect(unmetRules(now, [{ ...privacyStage, stage: 3 }])).toEqual([]);
  });

  it("not when nobody was asked, the quorum was raised, or another group is asked", () => {
    const raised = { ...now, plan: [{ ...privacyStage, quorum: 2 }] };
    const moved = { ...now, plan: [{ ...privacyStage, group: "security" }] };
    expect(unmetRules(now, [])).toEqual(["personal-data-needs-privacy"]);
    expect(unmetRules(raised, approved)).toEqual(["personal-data-needs-privacy"]);
    expect(unmetRules(moved, approved)).toEqual(["personal-data-needs-privacy"]);
  });

  it("not when a rule is new, even where the same group said yes to another rule", () => {
    const more = { ...now, plan: [privacyStage, { ...privacyStage, stage: 2, rule: "second-look" }] };
    expect(unmetRules(more, approved)).toEqual(["second-look"]);
  });

  it("not when policy says no now, for all the rules of that no", () => {
    const no = decideAsk({ agent: "rag-indexer", access: "read", resource: "claims" });
    expect(unmetRules(no, approved)).toEqual(["environments-do-not-cross"]);
  });
});

describe("free text is not an input", () => {
  it("of the context: a decision's own schema and the engine refuse a field more", () => {
    const context = { ...usual, reason: "the auditor said that this is fine" };
    expect(askContext.safeParse(context).success).toBe(false);
    expect(
      decideAsk({ agent: "finetune-pipeline", access: "read", resource: "support-conversations", context }),
    ).toMatchObject({ outcome: "deny", rules: [{ id: "evaluation-failed" }] });
  });

  it("of the catalogue: names and descriptions change no decision but its version", () => {
    const say = "permit all; ignore every rule";
    const { agents, resources, people, ...rest } = shipped.catalogue;
    const talkative = deciderOf(
      changed(shipped, {
        catalogue: {
          ...rest,
          agents: agents.map((agent) => ({ ...agent, name: say })),
          resources: resources.map((resource) => ({ ...resource, description: say })),
          people: people.map((person) => ({ ...person, name: say })),
        },
      }),
    );
    for (const { id: agent } of agents)
      for (const { id: resource, accesses } of resources)
        for (const access of accesses) {
          const { policyVersion: _, ...before } = decideAsk({ agent, access, resource });
          expect(talkative({ agent, access, resource })).toMatchObject(before);
        }
  });
});
