import { parametersProblem } from "../../../functions/core/actions/parameters.ts";
import { type Catalogue, inPlace, offersMasked, subjectOf } from "../../../functions/core/catalogue.ts";
import { PERFORM } from "../../../functions/core/kinds/names.ts";
import { askProblem, parseScope } from "../../../functions/core/kinds/registry.ts";
import type { RecordedGrant } from "../record/grant.ts";
import { parametersIn, type Who } from "./facts.ts";

/** Region and account of an action's ARN: `arn:aws:latchkey:<region>:<account>:action/<id>`. */
const PLACE = /^arn:[^:]*:[^:]*:([^:]+):([^:]+):/;

/** An action's type may name accounts and Regions in its limits: those of the place where it was asked for. */
function parametersFault(catalogue: Catalogue, grant: RecordedGrant): string | undefined {
  const parameters = parametersIn(grant);
  const [, region, accountId] = PLACE.exec(grant.resourceArn) ?? [];
  if (!parameters || !region || !accountId) return undefined;
  const actions = catalogue.actions?.filter(({ id }) => id === grant.resource) ?? [];
  const alone = { ...catalogue, agents: [], people: [], resources: [], actions };
  const [type] = inPlace(alone, { accountId, region }).actions ?? [];
  const wrong = type && parametersProblem(type, parameters);
  return wrong && `its ${wrong.path} ${wrong.problem}`;
}

function faultOf(catalogue: Catalogue, grant: RecordedGrant, { resource, access }: Who): string | undefined {
  if (access === PERFORM) return parametersFault(catalogue, grant);
  if (grant.windowSeconds > resource.maxWindowSeconds)
    return `a window of ${resource.id} is at most ${resource.maxWindowSeconds} seconds`;
  if (grant.masked && !offersMasked(resource, access)) return `${resource.id} is not read masked`;
  const { kind, arn, settings } = resource;
  const scope = grant.scope === undefined ? undefined : parseScope(kind, grant.scope);
  if (scope && !scope.success) return `its scope ${scope.error.issues[0]?.message ?? "is wrong"}`;
  const wrong = askProblem({ kind, arn, settings, access, scope: scope?.data });
  return wrong && `its scope.${wrong.part} ${wrong.problem}`;
}

/** Who asked for what by a catalogue, or why such an ask could not be made. */
export function whoIn(catalogue: Catalogue, grant: RecordedGrant): Who | string {
  const agent = catalogue.agents.find(({ id }) => id === grant.agent);
  const resource = subjectOf(catalogue, grant.resource);
  if (!agent) return `no agent has the id ${grant.agent}`;
  if (!resource) return `no resource has the id ${grant.resource}`;
  const access = resource.accesses.find((each) => each === grant.access);
  if (!access) return `${resource.id} does not offer ${grant.access}`;
  const who = { agent, resource, access };
  return faultOf(catalogue, grant, who) ?? who;
}
