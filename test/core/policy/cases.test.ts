import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderAt } from "../../../client/policy/folder.ts";
import type { PolicyCase } from "../../../functions/core/policy/case-file.ts";
import { applyingRules, inputOf, riskFaults, tryCase } from "../../../functions/core/policy/cases.ts";
import { loadWithCases } from "../../../functions/core/policy/files/with-cases.ts";

const { deps, cases, riskCases } = loadWithCases(folderAt(join(import.meta.dirname, "../../../policy")));
const rules = deps.bundle.rules.map(({ id }) => id);

describe("the policy decides its cases as they say", () => {
  it.each(cases.map((each) => [each.case.name, each] as const))("%s", (_, { case: each, input }) => {
    expect(tryCase(deps, each, input).wrong).toEqual([]);
  });

  it("of which there are at least 80, with one for and one against each rule", () => {
    expect(cases.length).toBeGreaterThanOrEqual(80);
    const tried = cases.map(({ case: each, input }) => tryCase(deps, each, input));
    expect(rules.filter((id) => !tried.some(({ applying }) => applying.includes(id)))).toEqual([]);
    expect(rules.filter((id) => !cases.some(({ case: each }) => each.not.includes(id)))).toEqual([]);
  });
});

describe("the risk of asks is as its cases say", () => {
  it.each(riskCases.map((each) => [each.case.name, each] as const))("%s", (_, { case: each, input }) => {
    expect(riskFaults(deps, each, input)).toEqual([]);
  });

  it("of which there are at least 60, some in every band", () => {
    expect(riskCases.length).toBeGreaterThanOrEqual(60);
    expect(new Set(riskCases.map(({ case: each }) => each.band)).size).toBe(4);
  });
});

describe("a case that is wrong is told from one that is right", () => {
  const claims: PolicyCase = {
    ...{ name: "claims", agent: "support-assistant", outcome: "needs_approval", not: [] },
    ask: { resource: "claims", access: "read", windowSeconds: 600 },
    ...{ plan: ["1 of privacy"], rules: ["read-at-home", "personal-data-needs-privacy"] },
  };
  const faults = (change: Partial<PolicyCase>): string[] => {
    const each = { ...claims, ...change };
    const input = inputOf(deps.catalogue, each);
    if (typeof input === "string") return [input];
    return tryCase(deps, each, input).wrong;
  };

  it.each<[string, Partial<PolicyCase>, string]>([
    ["its outcome", { outcome: "allow" }, 'outcome is "needs_approval", not "allow"'],
    ["its plan", { plan: ["2 of privacy"] }, 'plan is ["1 of privacy"], not ["2 of privacy"]'],
    ["its rules", { rules: ["read-at-home"] }, "rules is ["],
    [
      "a rule that applies after all",
      { not: ["personal-data-needs-privacy"] },
      "rule personal-data-needs-privacy applies, and should not",
    ],
    [
      "what is offered",
      { alternatives: [{ access: "list" }] },
      'alternatives is [{"masked":true}], not [{"access":"list"}]',
    ],
    ["what is skipped", { skipped: ["1 of privacy"] }, 'skipped is [], not ["1 of privacy"]'],
    [
      "its approvals",
      { approvals: { "personal-data-needs-privacy": ["priya"] } },
      'outcome is "allow", not "needs_approval"',
    ],
    ["an agent that is not there", { agent: "nobody" }, "no agent has the id nobody"],
    [
      "a resource that is not there",
      { ask: { ...claims.ask, resource: "none" } },
      "no resource has the id none",
    ],
    [
      "an access that is not offered",
      { ask: { ...claims.ask, access: "write" } },
      "claims does not offer write",
    ],
    [
      "a window that is not offered",
      { ask: { ...claims.ask, windowSeconds: 1_801 } },
      "a window of claims is from 60 to 1800 seconds",
    ],
    [
      "a scope that is none",
      { ask: { ...claims.ask, scope: {} } },
      "its scope must name either a prefix or keys",
    ],
  ])("by %s", (_, change, fault) => {
    expect(faults({})).toEqual([]);
    expect(faults(change)).toEqual([expect.stringContaining(fault)]);
  });

  it("counts a person once in all, and nobody who may not decide (I-12, I-13)", () => {
    const approvals = (yes: string[]) => ({ "personal-data-needs-privacy": yes });
    expect(faults({ approvals: approvals(["luca", "ingrid"]) })).toEqual([]);
    expect(faults({ outcome: "allow", approvals: approvals(["tomas"]) })).toEqual([]);
  });

  it("knows the rules that apply even where one no hides them", () => {
    const crossing = { ...claims, agent: "finetune-pipeline" };
    const input = inputOf(deps.catalogue, crossing);
    if (typeof input === "string") throw new Error(input);
    const { decision } = tryCase(deps, crossing, input);
    expect(decision.rules.map(({ id }) => id)).toEqual(["environments-do-not-cross"]);
    expect(applyingRules(deps, input, decision)).toEqual([
      "environments-do-not-cross",
      "personal-data-needs-privacy",
    ]);
  });
});
