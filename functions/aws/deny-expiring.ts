import { sealEvent } from "../core/audit/event.ts";
import type { Grant, GrantIn } from "../core/grant/grant.ts";
import { grantFacts } from "../core/grant/step.ts";
import { epochMs, isoMillis } from "../core/time.ts";
import { faultFields } from "./log.ts";
import { type StopDeps, type StopOrder, type Stopped, stopGrant } from "./stop-grant.ts";
import { eventPut } from "./table/events.ts";
import { expiringDelete } from "./table/expiring.ts";
import { readItem } from "./table/item.ts";
import { keys } from "./table/keys.ts";
import { denyPut } from "./table/roles.ts";
import { transact } from "./table/transaction.ts";

/** A grant that was released without a deny, and whose sessions may work still. */
export const isExpiring = (grant: Grant, now: number): grant is GrantIn<"ENDED"> =>
  grant.status === "ENDED" && grant.liveUntil !== undefined && now < epochMs(grant.liveUntil);

const note = (id: string) => keys.noteEvent(id, "session-denied");

/**
 * Denies the sessions of a grant that was released to end by themselves: the grant stays ENDED, which is terminal, and the
 * deny entry has an event of its own. One transaction; `unchanged`: somebody else's did it, or they are over.
 */
async function denyExpiring(
  deps: StopDeps,
  grant: GrantIn<"ENDED">,
  { by, why, denyQueuedBy }: Pick<StopOrder, "by" | "why" | "denyQueuedBy">,
): Promise<Stopped["is"]> {
  const { table } = deps;
  const { id, endsAt } = grant;
  const { role } = grant.resource;
  const reason = why.detail ? { reason: why.detail } : {};
  const event = sealEvent({
    v: 1,
    id: `${id}-session-denied`,
    type: "session.denied",
    time: isoMillis(deps.now()),
    actor: by,
    grant: id,
    facts: { ...grantFacts(grant), code: why.code, ...reason, ...why.facts },
  });
  const written = await transact(table, [
    expiringDelete(table, keys.expiring(role, id), { ifThere: true }),
    denyPut(table, { role, grantId: id, endsAt }),
    eventPut(table, note(id), event),
  ]);
  if (!written.ok) return "unchanged";
  try {
    if (denyQueuedBy === undefined) await deps.queueDeny(role, id);
  } catch (fault) {
    deps.log("deny.not_queued", { grantId: id, ...faultFields(fault) });
  }
  return "stopped";
}

/** Ends a grant in any state, also one that was released, or is at this moment, and works on. `denied`: a list has a new entry. */
export async function stopOrDeny(
  deps: StopDeps,
  grant: Grant,
  order: StopOrder,
): Promise<Stopped & { denied: boolean }> {
  const found = isExpiring(grant, deps.now())
    ? { is: "unchanged" as const, grant }
    : await stopGrant(deps, grant, order);
  const { is, grant: after } = found;
  if (!isExpiring(after, deps.now()))
    return { ...found, denied: is === "stopped" && after.status === "REVOKING" };
  const denied = (await denyExpiring(deps, after, order)) === "stopped";
  return { is: denied ? "stopped" : "unchanged", grant: after, denied };
}

/** Whether somebody has had a released grant's sessions denied. */
export const wasDenied = async (deps: Pick<StopDeps, "table">, id: string): Promise<boolean> =>
  (await readItem(deps.table, note(id))) !== undefined;
