import { isExpiring, wasDenied } from "../aws/deny-expiring.ts";
import type { Answer } from "../aws/http/answer.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { stopChain } from "../aws/stop-chain.ts";
import type { StopOrder } from "../aws/stop-grant.ts";
import { mayRun, orderStop, wasStopped } from "../aws/stop-order.ts";
import { readExtension } from "../aws/table/extensions.ts";
import { readGrant } from "../aws/table/grants.ts";
import type { WhyStopped } from "../core/api/schemas.ts";
import { maySee } from "../core/approval/sees.ts";
import { mayRevoke } from "../core/approval/stops.ts";
import type { Actor } from "../core/audit/event.ts";
import { type Refusal, refusal } from "../core/errors.ts";
import type { Grant } from "../core/grant/grant.ts";
import { isTerminal } from "../core/grant/transitions.ts";
import { grantViewOf } from "../core/grant/view.ts";
import { grantId } from "../core/ids.ts";
import type { StopsDeps } from "./deps.ts";

/** Who revokes, and why. */
type Word = { by: Actor; reason: string };

const orderOf = ({ by, reason }: Word): StopOrder => ({
  by,
  why: { code: "revoked", detail: reason },
  unminted: "cancel",
});

const isStopped = (grant: Grant): boolean =>
  grant.status === "REVOKING" ||
  grant.status === "REVOKED" ||
  ("closing" in grant && grant.closing.code === "revoked");

const canStop = (grant: Grant): boolean => !isTerminal(grant.status) || isStopped(grant);

/** Over for another reason: there is nothing to stop of it. */
async function over(deps: StopsDeps, { id, status }: Grant): Promise<Refusal> {
  const extendedBy = await readExtension(deps.table, id);
  return refusal("wrong_state", `The grant is ${status}.`, { status, ...(extendedBy ? { extendedBy } : {}) });
}

/**
 * `POST /grants/{id}/revoke`: ends a grant now, with those that extend it, and says who did it and why. For its approvers,
 * the resource's owners and security; whoever may not even see it learns nothing (I-31). Repeating it changes nothing.
 */
export async function revokeGrant(
  deps: StopsDeps,
  { principal, actor, params, body }: Call,
): Promise<Answer> {
  if (principal.kind !== "person") return refusal("not_your_role");
  const who = { person: principal.person, at: deps.now() };
  const id = grantId.safeParse(params.id);
  const grant = id.success ? await readGrant(deps.table, id.data) : undefined;
  if (!grant || !maySee(deps.catalogue, grant, who)) return refusal("not_found");
  if (!mayRevoke(deps.catalogue, grant, who)) return refusal("not_your_role");
  const word = { by: actor, reason: (body as WhyStopped).reason };
  if (await mayRun(deps, grant)) {
    // The permit is used and over; what was started with it may run for hours still.
    if (!(await wasStopped(deps, grant.id)))
      await orderStop(deps, grant, { by: actor, code: "revoked", reason: word.reason });
    return { status: 200, body: grantViewOf(grant) };
  }
  if (!canStop(grant) && !isExpiring(grant, deps.now())) return over(deps, grant);
  const { grant: after } = await stopChain(deps, grant, orderOf(word));
  const done = isStopped(after) || (await wasDenied(deps, after.id));
  return done ? { status: 200, body: grantViewOf(after) } : over(deps, after);
}
