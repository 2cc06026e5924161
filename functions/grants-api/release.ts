import type { Answer } from "../aws/http/answer.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { type StopDeps, stopGrant } from "../aws/stop-grant.ts";
import { readGrant } from "../aws/table/grants.ts";
import { type Catalogue, subjectOf } from "../core/catalogue.ts";
import { type Refusal, refusal } from "../core/errors.ts";
import type { Grant } from "../core/grant/grant.ts";
import { grantViewOf } from "../core/grant/view.ts";
import { grantId } from "../core/ids.ts";

export type ReleaseDeps = StopDeps & { catalogue: Catalogue };

const RELEASED = { code: "released" };

const alreadyReleased = (grant: Grant): boolean => "closing" in grant && grant.closing.code === RELEASED.code;
const wrongState = (grant: Grant): Refusal =>
  refusal("wrong_state", `The grant is ${grant.status}.`, { status: grant.status });

/**
 * `POST /grants/{id}/release`: cancels while nothing was minted, ends while a session may exist; by a deny, unless the
 * resource lets sessions end by themselves. Repeating it is fine.
 */
export async function releaseGrant(deps: ReleaseDeps, { principal, actor, params }: Call): Promise<Answer> {
  const id = grantId.safeParse(params.id);
  const grant = id.success ? await readGrant(deps.table, id.data) : undefined;
  if (!grant || principal.kind !== "agent" || grant.agent.id !== principal.agent.id)
    return refusal("not_found");
  const resource = subjectOf(deps.catalogue, grant.resource.id);
  const stopped = await stopGrant(deps, grant, {
    by: actor,
    why: RELEASED,
    unminted: "cancel",
    // Fail closed: of a resource that is gone nothing is known but that its sessions must end.
    letsExpire: resource?.onRelease === "expire",
  });
  if (stopped.is === "unchanged" && !alreadyReleased(stopped.grant)) return wrongState(stopped.grant);
  return { status: 200, body: grantViewOf(stopped.grant) };
}
