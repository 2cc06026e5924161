import { join } from "node:path";
import { isAuthorized, policyToJson } from "@cedar-policy/cedar-wasm/nodejs";
import { describe, expect, it } from "vitest";
import { folderAt } from "../../../client/policy/folder.ts";
import type { AccessName } from "../../../functions/core/kinds/names.ts";
import { decideOnce } from "../../../functions/core/policy/ask.ts";
import type { Rule } from "../../../functions/core/policy/bundle.ts";
import type { AskContext } from "../../../functions/core/policy/context.ts";
import { asPermit, preparePolicyEngine, requestOf } from "../../../functions/core/policy/engine.ts";
import { loadWithCases } from "../../../functions/core/policy/files/with-cases.ts";
import { agentOf, changed, resourceOf, shipped, usual, withRules } from "./example.ts";

const engine = preparePolicyEngine(shipped);
const finetune = agentOf(shipped, "finetune-pipeline");
const conversations = resourceOf(shipped, "support-conversations");
const claims = resourceOf(shipped, "claims");

const NO_ANSWER = {
  ...{ allowed: false, determining: [], obligations: [], breakGlass: [] },
  errors: [{ message: expect.any(String) }],
};

describe("a verdict", () => {
  it("names the rules that made a yes", () => {
    expect(engine(finetune, "read", conversations, usual)).toEqual({
      allowed: true,
      determining: ["read-at-home"],
      obligations: [],
      breakGlass: [],
      errors: [],
    });
  });

  it("names every obligation that applies, in the bundle's order, beside a yes and beside a no", () => {
    const ids = (rules: Rule[]) => rules.map(({ id }) => id);
    const copilot = engine(agentOf(shipped, "analytics-copilot"), "read", claims, usual);
    expect([copilot.allowed, ids(copilot.obligations)]).toEqual([
      true,
      ["personal-data-needs-privacy", "analytics-personal-data-needs-owner"],
    ]);
    const crossing = engine(finetune, "write", claims, usual);
    expect([crossing.allowed, crossing.determining, ids(crossing.obligations)]).toEqual([
      false,
      ["environments-do-not-cross"],
      ["personal-data-needs-privacy", "write-needs-ml-platform"],
    ]);
  });

  it("is of its own bundle when several are prepared", () => {
    const stopped: Rule = {
      id: "stop",
      reason: "all stops",
      effect: "forbid",
      text: "forbid (principal, action, resource);",
    };
    const other = preparePolicyEngine(withRules(shipped, stopped));
    expect(other(finetune, "read", conversations, usual).determining).toEqual(["stop"]);
    expect(engine(finetune, "read", conversations, usual).allowed).toBe(true);
  });

  it("takes team membership from the catalogue", () => {
    const teamOnly: Rule = {
      id: "team-only",
      reason: "a team's",
      effect: "permit",
      text: 'permit (principal in Team::"ml-platform", action, resource);',
    };
    const byTeam = preparePolicyEngine(changed(shipped, { rules: [teamOnly] }));
    expect(byTeam(finetune, "read", conversations, usual).allowed).toBe(true);
    expect(byTeam(agentOf(shipped, "support-assistant"), "read", conversations, usual).allowed).toBe(false);
  });
});

const permitting = (id: string, text: string, more: Partial<Rule> = {}): Rule => ({
  ...{ id, reason: `${id} lets pass`, effect: "permit", text },
  ...more,
});

describe("rules by role, attribute, data set and environment", () => {
  const allows = (text: string, agent: string, resource: string) =>
    preparePolicyEngine(changed(shipped, { rules: [permitting("only", text)] }))(
      agentOf(shipped, agent),
      "read",
      resourceOf(shipped, resource),
      usual,
    ).allowed;

  it.each([
    ["a role", 'principal in Role::"trainer"', "true"],
    ["the set of roles", "principal", 'principal.roles.contains("trainer")'],
    ["an attribute", "principal", 'principal.hasTag("platform") && principal.getTag("platform") == "ml"'],
  ])("tell agents apart by %s", (_, head, when) => {
    const text = `permit (${head}, action, resource) when { ${when} };`;
    expect(allows(text, "finetune-pipeline", "support-conversations")).toBe(true);
    expect(allows(text, "annotation-helper", "support-conversations")).toBe(false);
  });

  it.each([
    ["a data set", 'resource in DataSet::"training-data"', "true"],
    ["the name of the data set", "resource", 'resource has dataSet && resource.dataSet == "training-data"'],
  ])("tell resources apart by %s", (_, head, when) => {
    const text = `permit (principal, action, ${head}) when { ${when} };`;
    expect(allows(text, "finetune-pipeline", "feature-store")).toBe(true);
    expect(allows(text, "finetune-pipeline", "training-manifests")).toBe(false);
  });

  it("tell resources apart by environment", () => {
    const text = 'permit (principal, action, resource in Environment::"training");';
    expect(allows(text, "finetune-pipeline", "training-manifests")).toBe(true);
    expect(allows(text, "finetune-pipeline", "eval-sets")).toBe(false);
  });
});

describe("a break-glass permit", () => {
  const text = "permit (principal, action, resource);";
  const glass = permitting("glass", text, { breakGlass: true });
  const never = permitting("never", "permit (principal, action, resource) when { context.risk > 100 };");
  const only = preparePolicyEngine(changed(shipped, { rules: [never, glass] }));

  it("permits nothing by itself, whether the glass is to be broken or not", () => {
    for (const breakGlass of [true, false]) {
      const { allowed, determining } = only(finetune, "read", conversations, { ...usual, breakGlass });
      expect([allowed, determining]).toEqual([false, []]);
    }
  });

  it("is named only where the ask wants to break the glass", () => {
    const ids = (breakGlass: boolean) =>
      only(finetune, "read", conversations, { ...usual, breakGlass }).breakGlass.map(({ id }) => id);
    expect([ids(true), ids(false)]).toEqual([["glass"], []]);
  });

  it("takes the whole answer with it when it errs, and is not even tried otherwise", () => {
    const erring = permitting(
      "erring-glass",
      "permit (principal, action, resource) when { context.windowSeconds * 9223372036854775807 > 0 };",
      { breakGlass: true },
    );
    const broken = preparePolicyEngine(withRules(shipped, erring));
    expect(broken(finetune, "read", conversations, usual).allowed).toBe(true);
    expect(broken(finetune, "read", conversations, { ...usual, breakGlass: true })).toMatchObject({
      allowed: false,
      errors: [{ rule: "erring-glass" }],
    });
  });
});

describe("an ask that does not fit the schema has no answer but an error", () => {
  const contexts: Record<string, unknown> = {
    "a fact is missing": { windowSeconds: 600, wholeResource: true },
    "a fact is too many": { ...usual, approvals: 2 },
    "a fact has another type": { ...usual, windowSeconds: "600" },
    "a number is no integer": { ...usual, windowSeconds: 0.5 },
    "there are no facts": {},
  };
  it.each(Object.entries(contexts))("when %s", (_, context) => {
    const verdict = engine(finetune, "read", conversations, context as AskContext);
    expect(verdict).toEqual({ ...NO_ANSWER, errors: expect.arrayContaining(NO_ANSWER.errors) });
  });

  it("when the access is none", () => {
    const verdict = engine(finetune, "delete" as AccessName, conversations, usual);
    expect(verdict).toEqual({ ...NO_ANSWER, errors: expect.arrayContaining(NO_ANSWER.errors) });
  });

  it("when an attribute of the resource has another type", () => {
    const odd = { ...conversations, tags: "pii" as unknown as string[] };
    const verdict = engine(finetune, "read", odd, usual);
    expect(verdict).toEqual({ ...NO_ANSWER, errors: expect.arrayContaining(NO_ANSWER.errors) });
  });
});

describe("an evaluation error", () => {
  it("is named with its rule, and takes the whole answer with it", () => {
    const erring: Rule = {
      id: "erring",
      reason: "errs",
      effect: "forbid",
      text: "forbid (principal, action, resource) when { context.windowSeconds * 9223372036854775807 > 0 };",
    };
    const verdict = preparePolicyEngine(withRules(shipped, erring))(finetune, "read", conversations, usual);
    expect(verdict).toEqual({
      ...NO_ANSWER,
      errors: [{ rule: "erring", message: expect.stringMatching(/overflow/) }],
    });
  });
});

describe("preparing throws", () => {
  it("when the schema cannot be parsed", () => {
    expect(() => preparePolicyEngine(changed(shipped, { cedarSchema: "entity ;" }))).toThrow(
      /^policy schema: /,
    );
  });

  it("when a rule cannot be parsed, plain or annotated", () => {
    const broken: Rule = { id: "broken", reason: "x", effect: "forbid", text: "forbid (principal);" };
    const obligation = { approvers: "privacy", quorum: 1, stage: 1 };
    expect(() => preparePolicyEngine(withRules(shipped, broken))).toThrow(/^policy rules: /);
    expect(() => preparePolicyEngine(withRules(shipped, { ...broken, obligation }))).toThrow(
      /^policy rules: /,
    );
  });

  it("when a rule's text has not its effect", () => {
    const other: Rule = { ...permitting("other", "permit (principal, action, resource);"), effect: "forbid" };
    expect(() => preparePolicyEngine(withRules(shipped, other))).toThrow("rule other is no forbid");
  });
});

describe("a rule asked as a permit", () => {
  it.each([
    ['@id("a") forbid (principal, action, resource);', '@id("a") permit (principal, action, resource);'],
    [
      '// forbid\n@reason("say \\"forbid (\\" // no") @shadow\n  forbid(principal, action, resource);',
      '// forbid\n@reason("say \\"forbid (\\" // no") @shadow\n  permit(principal, action, resource);',
    ],
    [
      "forbid (principal, action, resource) when { context.windowSeconds == 9007199254740993 };",
      "permit (principal, action, resource) when { context.windowSeconds == 9007199254740993 };",
    ],
    [
      "// a carriage return ends a comment, permit \rforbid (principal, action, resource);",
      "// a carriage return ends a comment, permit \rpermit (principal, action, resource);",
    ],
  ])("%j", (text, asked) => {
    expect(policyToJson(text)).toMatchObject({ type: "success", json: { effect: "forbid" } });
    expect(asPermit({ id: "a", effect: "forbid", text })).toBe(asked);
  });

  it("is the same rule in all else, for each rule of the example", () => {
    const parsed = (text: string) => {
      const answer = policyToJson(text);
      return answer.type === "success" ? answer.json : answer.errors;
    };
    for (const rule of shipped.rules)
      expect(parsed(asPermit(rule))).toEqual({ ...parsed(rule.text), effect: "permit" });
  });
});

describe("the answer is Cedar's own", () => {
  const { cases, deps } = loadWithCases(folderAt(join(import.meta.dirname, "../../../policy")));
  const plain = deps.bundle.rules.filter((rule) => !rule.obligation && !rule.breakGlass);

  it("of the plain rules alone, for every case of the example", () => {
    const staticPolicies = Object.fromEntries(plain.map(({ id, text }) => [id, text]));
    const odd = cases.filter(({ case: each, input: { agent, access, resource, ...input } }) => {
      const { context } = decideOnce(deps, { agent, access, resource, ...input }, each.context);
      const cedar = isAuthorized({
        ...requestOf(agent, access, resource, context),
        schema: shipped.cedarSchema,
        validateRequest: true,
        policies: { staticPolicies, templates: {}, templateLinks: [] },
      });
      const mine = deps.engine(agent, access, resource, context);
      if (cedar.type === "failure") return true;
      const { decision, diagnostics } = cedar.response;
      return (
        (decision === "allow") !== mine.allowed ||
        [...diagnostics.reason].sort().join() !== mine.determining.join()
      );
    });
    expect(odd.map(({ case: each }) => each.name)).toEqual([]);
    expect(cases.length).toBeGreaterThan(80);
  });
});
