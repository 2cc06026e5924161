import type { Call } from "../aws/http/signed-api.ts";
import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { readGrant } from "../aws/table/grants.ts";
import { maySee } from "../core/approval/sees.ts";
import { type Agent, type Catalogue, type Person, type Subject, subjectOf } from "../core/catalogue.ts";
import { isRefusal, type Refusal, refusal } from "../core/errors.ts";
import { type Grant, openStage } from "../core/grant/grant.ts";
import { grantId } from "../core/ids.ts";

type Deps = { catalogue: Catalogue; table: Table; now: Now };
/** A person and a grant that they may see, read strongly consistent, with what the catalogue has of it now. */
export type Seen = { person: Person; grant: Grant; agent: Agent; resource: Subject };

export const wrongState = (grant: Grant, message?: string): Refusal => {
  const stage = openStage(grant)?.stage;
  return refusal("wrong_state", message ?? `The grant is ${grant.status}.`, {
    status: grant.status,
    ...(stage === undefined ? {} : { stage }),
  });
};

/** Whoever may not see a grant learns nothing of it: 404, as for one that is not there. */
export async function seenGrant(
  deps: Deps,
  { principal, params }: Call,
): Promise<Pick<Seen, "person" | "grant"> | Refusal> {
  if (principal.kind !== "person") return refusal("not_your_role");
  const { person } = principal;
  const id = grantId.safeParse(params.id);
  const grant = id.success ? await readGrant(deps.table, id.data) : undefined;
  if (!grant || !maySee(deps.catalogue, grant, { person, at: deps.now() })) return refusal("not_found");
  return { person, grant };
}

/** The same for what needs the agent and the resource to be there still. */
export async function seenBy(deps: Deps, call: Call): Promise<Seen | Refusal> {
  const seen = await seenGrant(deps, call);
  if (isRefusal(seen)) return seen;
  const { grant } = seen;
  const agent = deps.catalogue.agents.find((each) => each.id === grant.agent.id);
  const resource = subjectOf(deps.catalogue, grant.resource.id);
  if (!agent || !resource) return wrongState(grant, "Its agent or resource is gone from the catalogue.");
  return { ...seen, agent, resource };
}
