import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { type SubjectAccess, subjectAccesses } from "../../../functions/core/kinds/names.ts";
import type { Rule } from "../../../functions/core/policy/bundle.ts";
import type { PolicyEngine } from "../../../functions/core/policy/engine.ts";
import { type Fact, factsReadIn, jsonOf } from "./reads.ts";

type Asked = { agent: string; access: SubjectAccess; resource: string };

const idIn = (entity: unknown): string | undefined => {
  const id = typeof entity === "object" && entity !== null && "id" in entity ? entity.id : undefined;
  return typeof id === "string" ? id : undefined;
};

/** True when a rule's head names another entity than this one, so that it says nothing of it. */
const isOfAnother = (constraint: PolicyJson["principal"] | PolicyJson["resource"], id: string): boolean => {
  if (constraint.op !== "==" || !("entity" in constraint)) return false;
  const named = idIn(constraint.entity);
  return named !== undefined && named !== id;
};

/** True when a rule's head names other accesses only; a group of accesses may hold any. */
function isOfOtherAccesses(action: PolicyJson["action"], access: SubjectAccess): boolean {
  if (action.op === "All") return false;
  const named = "entities" in action ? action.entities : "entity" in action ? [action.entity] : [];
  if (named.length === 0) return false;
  const ids = named.map(idIn);
  return ids.every(
    (id) => id !== undefined && id !== access && (subjectAccesses as readonly string[]).includes(id),
  );
}

/**
 * An engine that asks Cedar once for asks that no rule can tell apart: of the same agent, access and resource, and alike in
 * every fact that a rule reads whose head does not name others. What no rule reads changes no answer; `memo.property.test.ts`
 * holds it against an engine that asks each time.
 */
export function remembering(engine: PolicyEngine, rules: readonly Rule[]): PolicyEngine {
  const heads = rules.map((rule) => {
    const json = jsonOf(rule);
    return { json, reads: factsReadIn(json) };
  });
  const factsFor = new Map<string, Fact[]>();
  const readOf = ({ agent, access, resource }: Asked): Fact[] => {
    const key = JSON.stringify([agent, access, resource]);
    const known = factsFor.get(key);
    if (known) return known;
    const about = heads.filter(
      ({ json }) =>
        !isOfAnother(json.principal, agent) &&
        !isOfAnother(json.resource, resource) &&
        !isOfOtherAccesses(json.action, access),
    );
    // The engine itself looks whether the glass is to be broken.
    const facts = [...new Set<Fact>(["breakGlass", ...about.flatMap(({ reads }) => reads)])];
    factsFor.set(key, facts);
    return facts;
  };
  const once = <T>(ask: (...asked: Parameters<PolicyEngine>) => T) => {
    const known = new Map<string, T>();
    return (...asked: Parameters<PolicyEngine>): T => {
      const [agent, access, resource, context] = asked;
      const facts = readOf({ agent: agent.id, access, resource: resource.id });
      const values = facts.map((fact) => context[fact] ?? null);
      const key = JSON.stringify([agent.id, access, resource.id, ...values]);
      const answer = known.get(key) ?? ask(...asked);
      known.set(key, answer);
      return answer;
    };
  };
  return engine.hear ? Object.assign(once(engine), { hear: once(engine.hear) }) : once(engine);
}
