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
export type Verdict = {
  allowed: boolean;
  determining: string[];
  obligations: Rule[];
  breakGlass: Rule[];
  errors: EvaluationError[];
};

export type Asked = [agent: Agent, access: SubjectAccess, resource: Subject, context: AskContext];

/** What Cedar says of each rule by itself: those that apply, and those that failed. An error without a rule is the ask's. */
export type Heard = { applying: readonly Rule[]; errors: readonly { rule?: Rule; message: string }[] };

/** `hear`: only where there are rules with `@shadow`, of which no verdict knows. */
export type PolicyEngine = ((...asked: Asked) => Verdict) & { hear?: (...asked: Asked) => Heard };

const wrong = (what: string, errors: readonly { message: string }[]): Error =>
  new Error(`${what}: ${errors.map(({ message }) => message).join("; ")}`);

// What may stand before a rule's effect: comments, which a carriage return ends as well as a new line does, and annotations.
// https://docs.cedarpolicy.com/policies/syntax-grammar.html
const BEFORE_EFFECT = /^(?:\s+|\/\/[^\n\r]*(?:[\n\r]|$)|@\s*\w+\s*(?:\(\s*"(?:[^"\\]|\\[\s\S])*"\s*\))?)*/;

/**
 * A rule as a permit, whatever its effect: Cedar names every permit that applies, but forbids only when one does, and then
 * no permit. So one question tells of each rule whether it applies, and what follows from their effects is `verdictOf`.
 * As text: JSON would round large integers.
 */
export function asPermit({ id, text, effect }: Pick<Rule, "id" | "text" | "effect">): string {
  const at = BEFORE_EFFECT.exec(text)?.[0].length ?? 0;
  if (!new RegExp(`^${effect}\\b`).test(text.slice(at))) throw new Error(`rule ${id} is no ${effect}`);
  return `${text.slice(0, at)}permit${text.slice(at + effect.length)}`;
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

/** The question to Cedar that an ask is. */
export function requestOf(...[agent, access, resource, context]: Asked) {
  const asked = cedarContext(context);
  return {
    principal: { type: "Agent", id: agent.id },
    action: { type: "Action", id: access },
    resource: { type: "Resource", id: resource.id },
    context: asked.context,
    entities: [...entitiesOf(agent, resource), ...asked.entities],
  };
}

const NOTHING = { allowed: false, determining: [], obligations: [], breakGlass: [] };

/**
 * What follows from the rules that `counts` names. An answer counts only when these were evaluated without one error: Cedar
 * skips a rule that errors, so an error may hide a no. Of the plain rules it is Cedar's own: one permit and no forbid let
 * pass, and the rules that made the answer are those of its effect. https://docs.cedarpolicy.com/auth/authorization.html
 * Break-glass permits are no plain ones: what is not among those cannot permit anything.
 */
export function verdictOf({ applying, errors }: Heard, counts: (rule: Rule) => boolean): Verdict {
  const failed = errors.filter(({ rule }) => !rule || counts(rule));
  if (failed.length > 0)
    return {
      ...NOTHING,
      errors: failed.map(({ rule, message }) => ({ ...(rule ? { rule: rule.id } : {}), message })),
    };
  const counting = applying.filter(counts);
  const obligations = counting.filter((rule) => rule.obligation !== undefined);
  const breakGlass = counting.filter((rule) => rule.breakGlass);
  const plain = counting.filter((rule) => rule.obligation === undefined && !rule.breakGlass);
  const forbids = plain.filter(({ effect }) => effect === "forbid");
  const permits = plain.filter(({ effect }) => effect === "permit");
  const determining = (forbids.length > 0 ? forbids : permits).map(({ id }) => id).sort();
  const allowed = forbids.length === 0 && permits.length > 0;
  return { allowed, determining, obligations, breakGlass, errors: [] };
}

/**
 * Prepares the rules once (`npm run bench` measures how its time grows with their number) and answers asks, with one
 * question to Cedar. Requests are validated against the schema. Break-glass permits, and what goes wrong in them, are heard
 * only for an ask that wants to break the glass.
 */
export function preparePolicyEngine(bundle: PolicyBundle): PolicyEngine {
  const names = { schema: `schema ${bundle.version}`, rules: `rules ${bundle.version}` };
  const schema = preparseSchema(names.schema, bundle.cedarSchema);
  if (schema.type === "failure") throw wrong("policy schema", schema.errors);
  const staticPolicies = Object.fromEntries(bundle.rules.map((rule) => [rule.id, asPermit(rule)]));
  const rules = preparsePolicySet(names.rules, { staticPolicies, templates: {}, templateLinks: [] });
  if (rules.type === "failure") throw wrong("policy rules", rules.errors);

  const hear = (...asked: Asked): Heard => {
    const answer = statefulIsAuthorized({
      ...requestOf(...asked),
      preparsedSchemaName: names.schema,
      validateRequest: true,
      preparsedPolicySetId: names.rules,
    });
    if (answer.type === "failure")
      return { applying: [], errors: answer.errors.map(({ message }) => ({ message })) };
    const { reason, errors } = answer.response.diagnostics;
    const applies = new Set(reason);
    const heard = bundle.rules.filter(({ breakGlass }) => !breakGlass || asked[3].breakGlass);
    return {
      applying: heard.filter(({ id }) => applies.has(id)),
      // Cedar reports them in no fixed order.
      errors: heard.flatMap((rule) =>
        errors
          .filter(({ policyId }) => policyId === rule.id)
          .map(({ error: { message } }) => ({ rule, message })),
      ),
    };
  };
  const decides = ({ shadow }: Rule): boolean => !shadow;
  const engine = (...asked: Asked): Verdict => verdictOf(hear(...asked), decides);
  return bundle.rules.every(decides) ? engine : Object.assign(engine, { hear });
}
