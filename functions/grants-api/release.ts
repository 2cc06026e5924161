import type { QueueDeny } from "../aws/deny-queue.ts";
import type { Answer } from "../aws/http/answer.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { faultFields, type Log } from "../aws/log.ts";
import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { applyStep, type Moved, readGrant } from "../aws/table/grants.ts";
import { stopWrites } from "../aws/table/stop.ts";
import { tellClosed } from "../aws/tell-closed.ts";
import type { TellWorkflow } from "../aws/workflow.ts";
import { type Refusal, refusal } from "../core/errors.ts";
import type { Grant } from "../core/grant/grant.ts";
import { cancel, stop } from "../core/grant/moves.ts";
import type { Moment } from "../core/grant/step.ts";
import { grantViewOf } from "../core/grant/view.ts";
import { grantId } from "../core/ids.ts";

export type ReleaseDeps = {
  table: Table;
  now: Now;
  newId: NewId;
  log: Log;
  queueDeny: QueueDeny;
  tell: TellWorkflow;
};

const RELEASED = { code: "released" };
const TRIES = 4;

/** One try: undefined when the grant's state allows nothing. */
async function release(deps: ReleaseDeps, grant: Grant, moment: Moment): Promise<Moved | undefined> {
  if (grant.status === "PENDING" || grant.status === "APPROVED") {
    // Nothing was minted: no deny is needed.
    return applyStep(deps.table, cancel(grant, RELEASED, moment));
  }
  if (grant.status === "ACTIVATING" || grant.status === "ACTIVE") {
    return applyStep(deps.table, stop(grant, RELEASED, moment), stopWrites(deps.table, grant));
  }
  return undefined;
}

async function followUp(deps: ReleaseDeps, before: Grant, after: Grant): Promise<void> {
  try {
    if (after.status === "REVOKING") await deps.queueDeny(after.resource.role, after.id);
    else await tellClosed(deps, before, after);
  } catch (fault) {
    // The move is written; `sweep` sees to what did not follow.
    deps.log(after.status === "REVOKING" ? "deny.not_queued" : "workflow.not_told", {
      grantId: after.id,
      ...faultFields(fault),
    });
  }
}

const alreadyReleased = (grant: Grant): boolean => "closing" in grant && grant.closing.code === RELEASED.code;
const wrongState = (grant: Grant): Refusal =>
  refusal("wrong_state", `The grant is ${grant.status}.`, { status: grant.status });

/** `POST /grants/{id}/release`: cancels while nothing was minted, ends while a session may exist. Repeating it is fine. */
export async function releaseGrant(deps: ReleaseDeps, { principal, actor, params }: Call): Promise<Answer> {
  const id = grantId.safeParse(params.id);
  let grant = id.success ? await readGrant(deps.table, id.data) : undefined;
  if (!grant || principal.kind !== "agent" || grant.agent.id !== principal.agent.id)
    return refusal("not_found");
  for (let tries = 1; tries <= TRIES; tries += 1) {
    if (alreadyReleased(grant)) return { status: 200, body: grantViewOf(grant) };
    const moved = await release(deps, grant, { now: deps.now(), by: actor, writer: deps.newId() });
    if (!moved) return wrongState(grant);
    if (moved.ok) {
      await followUp(deps, grant, moved.grant);
      return { status: 200, body: grantViewOf(moved.grant) };
    }
    if (moved.why !== "wrong_state") return refusal("not_found");
    grant = moved.current;
  }
  return wrongState(grant);
}
