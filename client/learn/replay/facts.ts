import { firedTriggers, flatParameters, type Parameters } from "../../../functions/core/actions/values.ts";
import type { Agent, Catalogue, Subject } from "../../../functions/core/catalogue.ts";
import { PERFORM, type SubjectAccess } from "../../../functions/core/kinds/names.ts";
import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import { clockFacts } from "../../../functions/core/policy/clock.ts";
import { type AskContext, askContext } from "../../../functions/core/policy/context.ts";
import { riskOf } from "../../../functions/core/policy/risk.ts";
import type { RecordedGrant } from "../record/grant.ts";
import type { Fact } from "./reads.ts";

/** Who asked for what, as a catalogue has them. */
export type Who = { agent: Agent; resource: Subject; access: SubjectAccess };
type Known = Partial<AskContext>;

/** Facts that an ask always has; a model only where it named one, and parameters only where it is of an action. */
const FACTS = (Object.keys(askContext.shape) as Fact[]).filter(
  (fact) => fact !== "model" && fact !== "parameters",
);
/** What the risk is added up from beside what every ask says of itself. */
const WEIGHED = [
  ...(["firstUse", "workingHours", "modelChanged", "recentGrants"] as const),
  ...(["recentWindowSeconds", "openGrants"] as const),
];

/** What the ask says of itself, in whatever release it was recorded. */
function askedFacts(grant: RecordedGrant): Known {
  const { context, windowSeconds, scope, masked, purpose, ticket, model, breakGlass, rules } = grant;
  const wantedGlass = ["no-break-glass", "break-glass-review-open"].some((id) => rules.includes(id));
  // A plain no does not say whether it was an emergency: the glass may have been of no use.
  const glass = breakGlass || wantedGlass ? true : grant.decision === "deny" ? undefined : false;
  const told = glass === undefined ? {} : { breakGlass: glass };
  return {
    ...told,
    ...(model === undefined ? {} : { model }),
    ...{ purposeGiven: purpose.length > 0, ticketGiven: ticket !== undefined },
    ...context,
    ...{ windowSeconds, wholeResource: scope === undefined, masked },
  };
}

/** An ask is decided a moment before it is written down; in that moment an hour may have ended. */
const MOMENT_MS = 10_000;

/** Clock facts by this policy's zone and hours. Nothing where it is not on record when the window was to start. */
function clockOf({ risk }: PolicyBundle, { context, requestedStart, askedAt }: RecordedGrant): Known {
  if (!context) return {};
  const start = requestedStart ?? askedAt;
  const now = clockFacts(risk, start);
  const before = clockFacts(risk, start - (requestedStart === undefined ? MOMENT_MS : 0));
  return before.hour === context.hour && before.weekday === context.weekday ? before : now;
}

/** The parameters of an action are its scope, as canonical JSON. */
export function parametersIn({ scope }: RecordedGrant): Parameters | undefined {
  if (typeof scope?.parameters !== "string") return undefined;
  return JSON.parse(scope.parameters) as Parameters;
}

function actionFacts(catalogue: Catalogue, grant: RecordedGrant, { access, resource }: Who): Known {
  if (access !== PERFORM) return { triggers: [] };
  const type = catalogue.actions?.find(({ id }) => id === resource.id);
  const parameters = parametersIn(grant);
  if (!type || !parameters) return {};
  return {
    windowSeconds: type.permitSeconds,
    triggers: firedTriggers(type, parameters),
    parameters: flatParameters(parameters),
  };
}

const weighed = askContext.omit({ risk: true });

/** The risk by this policy; the recorded one only where this very policy weighed it and not all can be weighed anew. */
function riskIn(bundle: PolicyBundle, grant: RecordedGrant, who: Who, known: Known): Known {
  if (WEIGHED.every((fact) => known[fact] !== undefined)) {
    const context = weighed.parse(known);
    return { risk: riskOf(bundle.risk, { ...who, context }).score };
  }
  return grant.policyVersion === bundle.version && grant.risk ? { risk: grant.risk.score } : {};
}

/**
 * What policy would have seen of a recorded ask: what the record tells of it, and what this policy's own catalogue, clock
 * and weights make of that. `missing`: facts that nobody can tell any more.
 */
export function factsOf(
  bundle: PolicyBundle,
  grant: RecordedGrant,
  who: Who,
): { known: Known; missing: Fact[] } {
  const { agent, resource, access } = who;
  const asked = askedFacts(grant);
  const made = {
    agentEnvironment: agent.environment,
    resourceEnvironment: resource.environment,
    ...clockOf(bundle, grant),
    ...actionFacts(bundle.catalogue, grant, who),
  };
  const { risk: _, ...facts } = { ...asked, ...made };
  const known: Known = { ...facts, ...riskIn(bundle, grant, who, facts) };
  const needsParameters = access === PERFORM && known.parameters === undefined;
  const missing = FACTS.filter((fact) => known[fact] === undefined);
  return { known, missing: needsParameters ? [...missing, "parameters"] : missing };
}
