import {
  type Context,
  type EntityJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
} from "@cedar-policy/cedar-wasm/nodejs";
import type { Agent, Resource } from "../catalogue.ts";
import type { AccessName } from "../kinds/names.ts";
import type { PolicyBundle, Rule } from "./bundle.ts";
import type { AskContext } from "./context.ts";

/** What the rules say of one ask: plain answer, the rules that made it, and the obligations that apply. */
type Verdict = { allowed: boolean; determining: string[]; obligations: Rule[]; errors: string[] };

export type PolicyEngine = (
  agent: Agent,
  access: AccessName,
  resource: Resource,
  context: AskContext,
) => Verdict;

// Makes Cedar name every satisfied obligation: a decision lists the forbids that made it only when one applies,
// and without any permit it would say deny all the same.
const ANYTHING = "permit (principal, action, resource);";

function prepare(name: string, policies: Record<string, string>): void {
  const answer = preparsePolicySet(name, { staticPolicies: policies, templates: {}, templateLinks: [] });
  if (answer.type === "failure")
    throw new Error(`policy set ${name}: ${answer.errors.map((e) => e.message).join("; ")}`);
}

function entitiesOf(agent: Agent, resource: Resource): EntityJson[] {
  return [
    {
      uid: { type: "Agent", id: agent.id },
      attrs: { environment: agent.environment, owner: agent.owner, team: agent.team },
      parents: [{ type: "Team", id: agent.team }],
    },
    { uid: { type: "Team", id: agent.team }, attrs: {}, parents: [] },
    {
      uid: { type: "Resource", id: resource.id },
      attrs: {
        kind: resource.kind,
        environment: resource.environment,
        classification: resource.classification,
        tags: resource.tags,
        ownerGroup: resource.ownerGroup,
      },
      parents: [],
    },
  ];
}

/**
 * Prepares the rules once (20 ms to load, 2.4 ms per decision at 1,000 rules) and answers asks.
 * An answer counts only when evaluation succeeded without one error: Cedar skips a `forbid` that errors, so an
 * error may hide a no. Requests are validated against the schema.
 */
export function preparePolicyEngine(bundle: PolicyBundle): PolicyEngine {
  const plain = bundle.rules.filter((rule) => rule.obligation === undefined);
  const obliging = bundle.rules.filter((rule) => rule.obligation !== undefined);
  const texts = (rules: Rule[]) => Object.fromEntries(rules.map((rule) => [rule.id, rule.text]));
  const names = {
    schema: `schema ${bundle.version}`,
    plain: `plain ${bundle.version}`,
    obliging: `obliging ${bundle.version}`,
  };
  const schema = preparseSchema(names.schema, bundle.cedarSchema);
  if (schema.type === "failure")
    throw new Error(`policy schema: ${schema.errors.map((e) => e.message).join("; ")}`);
  prepare(names.plain, texts(plain));
  prepare(names.obliging, { ...texts(obliging), "any-ask": ANYTHING });

  return (agent, access, resource, context) => {
    const ask = (set: string) =>
      statefulIsAuthorized({
        principal: { type: "Agent", id: agent.id },
        action: { type: "Action", id: access },
        resource: { type: "Resource", id: resource.id },
        context: context as Context,
        entities: entitiesOf(agent, resource),
        preparsedSchemaName: names.schema,
        validateRequest: true,
        preparsedPolicySetId: set,
      });
    const answers = { plain: ask(names.plain), obliging: ask(names.obliging) };
    const errors: string[] = [];
    for (const answer of Object.values(answers)) {
      if (answer.type === "failure") errors.push(...answer.errors.map((error) => error.message));
      else
        errors.push(
          ...answer.response.diagnostics.errors.map((error) => `${error.policyId}: ${error.error.message}`),
        );
    }
    if (errors.length > 0 || answers.plain.type === "failure" || answers.obliging.type === "failure") {
      return { allowed: false, determining: [], obligations: [], errors };
    }
    const applying = new Set(answers.obliging.response.diagnostics.reason);
    return {
      allowed: answers.plain.response.decision === "allow",
      determining: [...answers.plain.response.diagnostics.reason].sort(),
      obligations: obliging.filter((rule) => applying.has(rule.id)),
      errors: [],
    };
  };
}
