import type { Actor, Facts } from "../core/audit/event.ts";
import { givesSession } from "../core/grant/gives.ts";
import type { Grant, GrantIn } from "../core/grant/grant.ts";
import { cancel, confirm, deny, letExpire, stop } from "../core/grant/moves.ts";
import type { Moment, Step } from "../core/grant/step.ts";
import { epochMs, isoSeconds } from "../core/time.ts";
import type { QueueDeny } from "./deny-queue.ts";
import { faultFields, type Log } from "./log.ts";
import type { NewId, Now } from "./system.ts";
import type { Table } from "./table/client.ts";
import { expiringPut } from "./table/expiring.ts";
import { applyStep } from "./table/grants.ts";
import { readSealed } from "./table/sealed.ts";
import { endWrites, stopWrites } from "./table/stop.ts";
import type { Write } from "./table/transaction.ts";
import { tellClosed } from "./tell-closed.ts";
import type { TellWorkflow } from "./workflow.ts";

export type StopDeps = {
  table: Table;
  now: Now;
  newId: NewId;
  log: Log;
  queueDeny: QueueDeny;
  tell: TellWorkflow;
};

/** Who stops a grant and why, and how: what is not minted is cancelled by its own people and denied by all others. */
export type StopOrder = {
  by: Actor;
  why: { code: string; detail?: string | undefined; facts?: Facts };
  unminted: "cancel" | "deny";
  /** An active grant ends without a deny: its resource lets sessions end by themselves. */
  letsExpire?: boolean;
  /** `caller`: orders the roles' lists itself, once for many grants. */
  denyQueuedBy?: "caller";
};
/** `unchanged`: it was stopped, or over, already. */
export type Stopped = { is: "stopped" | "unchanged"; grant: Grant };

/** Until when sessions that nobody denies work at the latest: the newest one's expiration, within the window. */
async function liveUntil(table: Table, { id, endsAt }: GrantIn<"ACTIVE">): Promise<string> {
  const sealed = await readSealed(table, id);
  return sealed ? isoSeconds(Math.min(epochMs(sealed.expiration), epochMs(endsAt))) : endsAt;
}

async function stepFor(
  { table }: StopDeps,
  grant: Grant,
  { why, unminted, letsExpire }: StopOrder,
  moment: Moment,
): Promise<{ step: Step; others: Write[] } | undefined> {
  switch (grant.status) {
    case "PENDING":
    case "APPROVED":
      return { step: (unminted === "cancel" ? cancel : deny)(grant, why, moment), others: [] };
    case "ACTIVE":
      // A session that is being minted anew is nobody's: it is denied as the first one would be.
      if (letsExpire && grant.rotating === undefined && givesSession(grant)) {
        const until = await liveUntil(table, grant);
        const others = [...endWrites(table, grant), expiringPut(table, grant, until)];
        return { step: letExpire(grant, until, moment), others };
      }
      return { step: stop(grant, why, moment), others: stopWrites(table, grant) };
    case "ACTIVATING":
      return { step: stop(grant, why, moment), others: stopWrites(table, grant) };
    default:
      return undefined;
  }
}

/** What a grant without a session gave is over with the move itself: there is nothing to deny, and that is said at once. */
async function confirmed(deps: StopDeps, stopped: Grant, { by }: StopOrder): Promise<Grant> {
  if (stopped.status !== "REVOKING" || givesSession(stopped)) return stopped;
  const moment = { now: deps.now(), by, writer: deps.newId() };
  try {
    const moved = await applyStep(deps.table, confirm(stopped, "no_session", moment), []);
    return moved.ok ? moved.grant : stopped;
  } catch (fault) {
    // It is stopped; `sweep` says the rest.
    deps.log("deny.not_queued", { grantId: stopped.id, ...faultFields(fault) });
    return stopped;
  }
}

/** After the write: the role's list is ordered, or the workflow that waits for people is told. */
async function followUp(deps: StopDeps, before: Grant, after: Grant, order: StopOrder): Promise<void> {
  const denies = after.status === "REVOKING";
  if (denies && !givesSession(after)) return;
  try {
    if (!denies) await tellClosed(deps, before, after);
    else if (order.denyQueuedBy === undefined) await deps.queueDeny(after.resource.role, after.id);
  } catch (fault) {
    // The move is written; `sweep` sees to what did not follow.
    const code = denies ? "deny.not_queued" : "workflow.not_told";
    deps.log(code, { grantId: after.id, ...faultFields(fault) });
  }
}

/** How often a grant may change while it is being stopped: it has few states to go through. */
const TRIES = 5;

/**
 * Stops a grant, whoever wants it and whatever its state: the one way for release, revoke, lockdown and a changed policy.
 * What was never minted needs no deny; what was, or may have been, gets its deny entry in the transaction of the move. One
 * that is over or being revoked stays as it is (I-31). Throws when it changed too often to be stopped.
 */
export async function stopGrant(deps: StopDeps, found: Grant, order: StopOrder): Promise<Stopped> {
  let grant = found;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const moment = { now: deps.now(), by: order.by, writer: deps.newId() };
    const ready = await stepFor(deps, grant, order, moment);
    if (!ready) return { is: "unchanged", grant };
    const moved = await applyStep(deps.table, ready.step, ready.others);
    if (moved.ok) {
      await followUp(deps, grant, moved.grant, order);
      return { is: "stopped", grant: await confirmed(deps, moved.grant, order) };
    }
    if (moved.why !== "wrong_state") throw new Error(`grant ${grant.id}: ${moved.why}`);
    grant = moved.current;
  }
  throw new Error(`grant ${grant.id} changed ${TRIES} times while it was being stopped`);
}
