import { noteOutcome } from "../aws/note-outcome.ts";
import { redeemOnce } from "../aws/redeem-once.ts";
import { type BesideAction, readBesideAction } from "../aws/table/actions.ts";
import { readGrant } from "../aws/table/grants.ts";
import { readyToPerform } from "../core/actions/performers/registry.ts";
import { parametersOf } from "../core/actions/view.ts";
import { approvalDigest } from "../core/grant/digest.ts";
import type { Grant, GrantIn } from "../core/grant/grant.ts";
import { nextInWorkflow, type WorkflowState } from "../core/grant/schedule.ts";
import { epochMs } from "../core/time.ts";
import { type PerformDeps, performerActor } from "./deps.ts";
import type { Came, Effect } from "./effect.ts";
import { stopTaken } from "./stop.ts";

/**
 * A grant is this function's own when it is of its action type and names its performer, and when what it holds is what
 * was approved: the digest is made again. Throws otherwise: nothing is done for a grant that somebody bent.
 */
function assertOurs({ type }: Pick<PerformDeps, "type">, grant: Grant): void {
  const { id: agent } = grant.agent;
  const { id, kind, arn, settings } = grant.resource;
  const { access, scope, windowSeconds, masked, requestedStart } = grant;
  if (id !== type.id || settings?.performer !== type.performer)
    throw new Error(`grant ${grant.id} is not of action type ${type.id}`);
  const what = { agent, kind, arn, settings, access, scope };
  if (approvalDigest({ ...what, windowSeconds, masked, requestedStart }) !== grant.digest)
    throw new Error(`grant ${grant.id} holds other parameters than were approved`);
}

/** After the call there is nothing to do until the window is over. */
const afterwards = (grant: Grant, now: number): WorkflowState =>
  grant.status === "ACTIVE"
    ? { schema: 1, grantId: grant.id, next: "waitToEnd", until: grant.endsAt }
    : nextInWorkflow(grant, now);

/** A try after one whose answer nobody has: looked up first, and made again only where nothing was done and still may be. */
async function again<Call>(
  deps: PerformDeps,
  { grant, permit, redeemed }: Pick<BesideAction, "permit" | "redeemed"> & { grant: Grant },
  call: Call,
  effect: Effect<Call>,
): Promise<Came> {
  const found = await effect.look(call);
  if (found !== "not_done") return found;
  if (grant.status === "ACTIVE" && deps.now() < epochMs(grant.endsAt)) {
    // As at the first try: a claim that somebody else wrote beside the grant is no approval either.
    if ((await deps.checkPermit(permit, grant)) !== redeemed?.jti)
      throw new Error(`grant ${grant.id}: another permit was redeemed than lies beside it`);
    return effect.act(call);
  }
  return { result: "failed", detail: "not done: the grant was over before the call was made" };
}

/**
 * Claims the right to make the call, once for all time, as a performing system does: it redeems the permit. False: somebody
 * stopped the grant, locked it down or claimed it first, or its time is over.
 */
async function claim(
  deps: PerformDeps,
  grant: GrantIn<"ACTIVE">,
  permit: string | undefined,
): Promise<boolean> {
  if (deps.now() >= epochMs(grant.endsAt)) return false;
  // Signed by `issue-permit`, which alone can: an item that somebody else wrote is no approval.
  const jti = await deps.checkPermit(permit, grant);
  const actor = performerActor(deps);
  return (await redeemOnce(deps, grant, { actor, uniqueId: actor.id, jti })).is === "redeemed";
}

async function report(deps: PerformDeps, grant: Grant, { result, detail }: Came): Promise<void> {
  await noteOutcome(deps, grant, { result, detail, by: performerActor(deps) });
  deps.log("action.performed", { grantId: grant.id, result });
}

const isMine = (deps: PerformDeps, { redeemed }: BesideAction): boolean =>
  redeemed?.by === performerActor(deps).id;

/**
 * Performs an approved action: claims (conditional write), makes exactly one call of AWS with exactly the approved
 * parameters, and writes what came of it. A run that dies, or whose answer is lost, is followed by one that looks first;
 * a call whose answer is not known is thrown, for the workflow to try again. Whoever stops the grant before the claim
 * wins over it; whoever stops it later has the job stopped.
 */
export async function perform<P, L, Call>(
  deps: PerformDeps<P, L, Call>,
  { grantId }: Pick<WorkflowState, "grantId">,
): Promise<WorkflowState> {
  const any = deps as unknown as PerformDeps;
  const grant = await readGrant(deps.table, grantId);
  if (!grant) return { schema: 1, grantId, next: "over" };
  assertOurs(deps, grant);
  const beside = await readBesideAction(deps.table, grantId);
  const isFirst = beside.redeemed === undefined;
  if (!isFirst && !isMine(any, beside)) return afterwards(grant, deps.now());
  if (beside.outcome && beside.outcome.result !== "unknown") {
    await stopTaken(any, grantId);
    return afterwards(grant, deps.now());
  }
  const ready = readyToPerform(deps.performer, deps.type.limits, parametersOf(grant));
  if (isFirst && (grant.status !== "ACTIVE" || !(await claim(any, grant, beside.permit))))
    return afterwards((await readGrant(deps.table, grantId)) ?? grant, deps.now());
  if (!ready.ok) {
    const detail = `${ready.wrong.path} ${ready.wrong.problem} any more`;
    await report(any, grant, { result: "failed", detail });
    return afterwards(grant, deps.now());
  }
  const call = deps.performer.call(ready.parameters, grantId);
  const came = isFirst
    ? await deps.effect.act(call)
    : await again(any, { ...beside, grant }, call, deps.effect);
  await report(any, grant, came);
  // After the call, and read anew: who stopped the grant meanwhile may have found no job to stop.
  await stopTaken(any, grantId);
  return afterwards((await readGrant(deps.table, grantId)) ?? grant, deps.now());
}
