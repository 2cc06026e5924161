import type { QueueDeny } from "../aws/deny-queue.ts";
import type { Log } from "../aws/log.ts";
import { noteUnknown } from "../aws/note-outcome.ts";
import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { applyStep, readGrant } from "../aws/table/grants.ts";
import { vanishedWrites } from "../aws/table/lost.ts";
import { endWrites, stopWrites } from "../aws/table/stop.ts";
import type { Write } from "../aws/table/transaction.ts";
import type { Actor } from "../core/audit/event.ts";
import { givenBy, givesSession } from "../core/grant/gives.ts";
import { type Grant, type GrantIn, openStage } from "../core/grant/grant.ts";
import { confirm, deny, end, expire, fail, stop } from "../core/grant/moves.ts";
import { nextInWorkflow, type WorkflowState } from "../core/grant/schedule.ts";
import type { Moment, Step } from "../core/grant/step.ts";
import { epochMs } from "../core/time.ts";

export type EndDeps = {
  table: Table;
  now: Now;
  newId: NewId;
  log: Log;
  queueDeny: QueueDeny;
  pause(ms: number): Promise<void>;
};
/** A step that closes a grant, with what is written beside it. */
export type Closing = { step: Step; others: Write[] };

const nothing: Write[] = [];

/**
 * How a grant is closed once its time is up, or undefined when it is not yet. The same rules serve the workflow and
 * `sweep`; `by` tells them apart in the record. After the window's end no session can do anything, whatever happened.
 */
export function closingOf(table: Table, grant: Grant, { now, by, writer }: Moment): Closing | undefined {
  const moment = { now, by, writer };
  const endOf = (live: GrantIn<"ACTIVATING" | "ACTIVE">) => [
    ...endWrites(table, live),
    ...vanishedWrites(table, live, moment),
  ];
  const over = (at: string | undefined) => at !== undefined && now >= epochMs(at);
  switch (grant.status) {
    case "PENDING":
      return over(openStage(grant)?.decideBy)
        ? { step: expire(grant, { code: "nobody_decided" }, moment), others: nothing }
        : undefined;
    case "APPROVED":
      return over(grant.startBy)
        ? { step: expire(grant, { code: "start_missed" }, moment), others: nothing }
        : undefined;
    case "ACTIVATING":
      return over(grant.endsAt)
        ? { step: fail(grant, { code: "window_over" }, moment), others: endOf(grant) }
        : undefined;
    case "ACTIVE":
      return over(grant.endsAt) ? { step: end(grant, moment), others: endOf(grant) } : undefined;
    case "REVOKING":
      if (over(grant.endsAt))
        return { step: confirm(grant, "expired", moment), others: endWrites(table, grant) };
      return givesSession(grant)
        ? undefined
        : { step: confirm(grant, "no_session", moment), others: endWrites(table, grant) };
    default:
      return undefined;
  }
}

const ACTOR: Actor = { type: "broker", id: "end-access" };

/** What the end of a workflow does with a grant whose time is not up: minting failed, so nothing may be left open. */
function compensation(table: Table, grant: Grant, moment: Moment): Closing | undefined {
  const why = { code: "activation_failed" };
  if (grant.status === "APPROVED") return { step: deny(grant, why, moment), others: nothing };
  if (grant.status === "ACTIVATING" && !givesSession(grant))
    return { step: deny(grant, why, moment), others: endWrites(table, grant) };
  // An attempt was claimed and may have minted: deny it, then say so.
  if (grant.status === "ACTIVATING")
    return {
      step: stop(grant, why, moment),
      others: [...stopWrites(table, grant), ...vanishedWrites(table, grant, moment)],
    };
  return undefined;
}

// A timer that fires a little early is waited out; one that is early by more is a fault that the workflow tries again.
const EARLY_MS = 10_000;
const TRIES = 4;

/** What nobody has said of an action that was begun, once its time is over. */
async function noteIfUnknown(deps: EndDeps, grant: Grant): Promise<void> {
  const isOver = "endsAt" in grant && grant.endsAt !== undefined && deps.now() >= epochMs(grant.endsAt);
  if (givenBy(grant) === "permit" && isOver) await noteUnknown(deps, grant, ACTOR);
}

/** Closes a grant at its end. Idempotent: what is closed stays as it is. Throws when it must be called again. */
export async function endAccess(
  deps: EndDeps,
  { grantId }: Pick<WorkflowState, "grantId">,
): Promise<WorkflowState> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const grant = await readGrant(deps.table, grantId);
    if (!grant) return { schema: 1, grantId, next: "over" };
    if (grant.status === "ACTIVE") {
      const early = epochMs(grant.endsAt) - deps.now();
      if (early > EARLY_MS)
        throw new Error(`grant ${grantId} ends in ${Math.ceil(early / 1000)} s: the timer was early`);
      if (early > 0) await deps.pause(early);
    }
    const moment: Moment = { now: deps.now(), by: ACTOR, writer: deps.newId() };
    const closing = closingOf(deps.table, grant, moment) ?? compensation(deps.table, grant, moment);
    if (!closing) {
      // The minter has stopped it, and only a committer's message or `sweep` would have it denied.
      if (grant.status === "REVOKING" && givesSession(grant))
        await deps.queueDeny(grant.resource.role, grantId);
      await noteIfUnknown(deps, grant);
      deps.log("end.nothing", { grantId, status: grant.status });
      return nextInWorkflow(grant, deps.now());
    }
    const moved = await applyStep(deps.table, closing.step, closing.others);
    if (moved.ok) {
      if (moved.grant.status === "REVOKING" && givesSession(moved.grant))
        await deps.queueDeny(moved.grant.resource.role, grantId);
      await noteIfUnknown(deps, moved.grant);
      deps.log("end.closed", { grantId, status: moved.grant.status });
      return nextInWorkflow(moved.grant, deps.now());
    }
  }
  throw new Error(`grant ${grantId} changed ${TRIES} times while it was being closed`);
}
