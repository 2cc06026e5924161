import {
  type Context,
  type EntityJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
} from "@cedar-policy/cedar-wasm/nodejs";
import type { Agent, Subject } from "../catalogue.ts";
import { ACTION, type SubjectAccess } from "../kinds/names.ts";
import type { PolicyBundle, Rule } from "./bundle.ts";
import type { AskContext } from "./context.ts";

/** Why an ask could not be evaluated; `rule` when Cedar says whose fault it is. */
export type EvaluationError = { rule?: string; message: string };

/**
 * What the rules say of one ask: plain answer, the ids of the rules that made it, the obligations that apply, and the
 * break-glass permits that do (none when the ask does not want to break the glass).
 */
type Verdict = {
  allowed: boolean;
  determining: string[];
  obligations: Rule[];
  breakGlass: Rule[];
  errors: EvaluationError[];
};

export type PolicyEngine = (
  agent: Agent,
  access: SubjectAccess,
  resource: Subject,
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

const group = (type: string) => (id: string) => ({ type, id });

function entitiesOf(agent: Agent, resource: Subject): EntityJson[] {
  const roles = [...(agent.roles ?? [])];
  const memberOf = [group("Team")(agent.team), ...roles.map(group("Role"))];
  const dataSets = resource.dataSet === undefined ? [] : [resource.dataSet];
  const partOf = [group("Environment")(resource.environment), ...dataSets.map(group("DataSet"))];
  return [
    {
      uid: { type: "Agent", id: agent.id },
      attrs: { environment: agent.environment, owner: agent.owner, team: agent.team, roles },
      parents: memberOf,
      tags: { ...agent.attributes },
    },
    ...[...memberOf, ...partOf].map((uid) => ({ uid, attrs: {}, parents: [] })),
    {
      uid: { type: "Resource", id: resource.id },
      attrs: {
        kind: resource.kind,
        environment: resource.environment,
        classification: resource.classification,
        tags: resource.tags,
        ownerGroup: resource.ownerGroup,
        ...(resource.dataSet === undefined ? {} : { dataSet: resource.dataSet }),
        ...(resource.kind === ACTION ? { reversible: resource.settings?.reversible === "yes" } : {}),
      },
      parents: partOf,
    },
  ];
}

/** Parameters of an action, which Cedar's records cannot hold, as entities with tags: one for each type of value. */
const PARAMETERS = [
  ["numbers", "Numbers"],
  ["texts", "Texts"],
  ["flags", "Flags"],
] as const;

/** A context as Cedar reads it, and the entities that it speaks of. */
function cedarContext({ parameters, ...asked }: AskContext): { context: Context; entities: EntityJson[] } {
  const context = asked as Context;
  if (!parameters) return { context, entities: [] };
  const held = PARAMETERS.map(([name, type]) => ({ name, uid: { type, id: "asked" } }));
  return {
    context: { ...context, ...Object.fromEntries(held.map(({ name, uid }) => [name, { __entity: uid }])) },
    entities: held.map(({ name, uid }) => ({ uid, attrs: {}, parents: [], tags: parameters[name] })),
  };
}

const NOTHING = { allowed: false, determining: [], obligations: [], breakGlass: [] };

/**
 * Prepares the rules once (`npm run bench` measures how its time grows with their number) and answers asks.
 * An answer counts only when evaluation succeeded without one error: Cedar skips a `forbid` that errors, so an
 * error may hide a no. Requests are validated against the schema. Break-glass permits are a set of their own: what is
 * not among the plain permits cannot permit anything.
 */
export function preparePolicyEngine(bundle: PolicyBundle): PolicyEngine {
  const obliging = bundle.rules.filter((rule) => rule.obligation !== undefined);
  const breaking = bundle.rules.filter((rule) => rule.breakGlass);
  const plain = bundle.rules.filter((rule) => rule.obligation === undefined && !rule.breakGlass);
  const texts = (rules: Rule[]) => Object.fromEntries(rules.map((rule) => [rule.id, rule.text]));
  const names = {
    schema: `schema ${bundle.version}`,
    plain: `plain ${bundle.version}`,
    obliging: `obliging ${bundle.version}`,
    breaking: `breaking ${bundle.version}`,
  };
  const schema = preparseSchema(names.schema, bundle.cedarSchema);
  if (schema.type === "failure")
    throw new Error(`policy schema: ${schema.errors.map((e) => e.message).join("; ")}`);
  prepare(names.plain, texts(plain));
  prepare(names.obliging, { ...texts(obliging), "any-ask": ANYTHING });
  prepare(names.breaking, texts(breaking));

  return (agent, access, resource, context) => {
    const errors: EvaluationError[] = [];
    const asked = cedarContext(context);
    const entities = [...entitiesOf(agent, resource), ...asked.entities];
    const ask = (set: string) => {
      const answer = statefulIsAuthorized({
        principal: { type: "Agent", id: agent.id },
        action: { type: "Action", id: access },
        resource: { type: "Resource", id: resource.id },
        context: asked.context,
        entities,
        preparsedSchemaName: names.schema,
        validateRequest: true,
        preparsedPolicySetId: set,
      });
      if (answer.type === "failure") {
        errors.push(...answer.errors.map(({ message }) => ({ message })));
        return { allowed: false, reason: [] };
      }
      const { decision, diagnostics } = answer.response;
      errors.push(...diagnostics.errors.map((e) => ({ rule: e.policyId, message: e.error.message })));
      return { allowed: decision === "allow", reason: diagnostics.reason };
    };
    const { allowed, reason } = ask(names.plain);
    const obligations = new Set(ask(names.obliging).reason);
    const broken = new Set(context.breakGlass ? ask(names.breaking).reason : []);
    if (errors.length > 0) return { ...NOTHING, errors };
    return {
      allowed,
      determining: [...reason].sort(),
      obligations: obliging.filter((rule) => obligations.has(rule.id)),
      breakGlass: breaking.filter((rule) => broken.has(rule.id)),
      errors: [],
    };
  };
}
