import type { Log } from "../aws/log.ts";
import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { type CutOff, cutOffDone, cutOffPut } from "../aws/table/cut-offs.ts";
import { eventPut } from "../aws/table/events.ts";
import { applyStep, readGrant } from "../aws/table/grants.ts";
import { keys } from "../aws/table/keys.ts";
import { type DenyItem, markDeny, readLive } from "../aws/table/roles.ts";
import { stopWrites } from "../aws/table/stop.ts";
import { transact } from "../aws/table/transaction.ts";
import type { RoleRef } from "../core/access-role.ts";
import { type Actor, sealEvent } from "../core/audit/event.ts";
import { LIMITS_MS, stop } from "../core/grant/moves.ts";
import { epochMs, isoMillis, isoSeconds } from "../core/time.ts";

export type CutOffDeps = { table: Table; now: Now; newId: NewId; log: Log; pause(ms: number): Promise<void> };

const BROKER: Actor = { type: "broker", id: "revoke-access" };
/** How far STS's clock may be from ours, as the minter holds it to. Sessions of these seconds are cut off as well. */
const CLOCKS_MS = 2_000;
const TRIES = 4;
const WHY = { code: "role_cut_off", detail: "the role's deny list was full; ask again" };

/** The latest of some times of one form; times of one form compare as text. */
const latest = (times: readonly string[]): string => [...times].sort().at(-1) ?? "";

/**
 * Cuts a role off whose list is full: from now on, every session issued before is denied at once. The last resort, with
 * an event and an alarm: grants that nobody revoked end with it (I-26).
 */
export async function makeCutOff(
  deps: CutOffDeps,
  role: RoleRef,
  { entries, was }: { entries: readonly DenyItem[]; was: CutOff | undefined },
): Promise<void> {
  const now = deps.now();
  const live = await readLive(deps.table, role);
  const until = latest([...entries, ...live].map(({ endsAt }) => endsAt).concat(was?.until ?? []));
  // A later one, also within a second.
  const at = isoSeconds(Math.max(now + CLOCKS_MS, was ? epochMs(was.at) : 0) + 1_000);
  const id = deps.newId();
  const facts = {
    role,
    code: WHY.code,
    count: live.length,
    reason: `${entries.length} denied grants did not fit`,
  };
  const event = sealEvent({ v: 1, id, type: "role.cut_off", time: isoMillis(now), actor: BROKER, facts });
  const made = await transact(deps.table, [
    cutOffPut(deps.table, role, { now: { at, until, done: false }, was }),
    eventPut(deps.table, keys.looseEvent(id), event),
  ]);
  if (!made.ok) throw new Error(`${role} was cut off by somebody else meanwhile`);
  deps.log("role.cut_off", { role, entries: entries.length, live: live.length });
}

/**
 * Ends one grant that the cut-off leaves without a session. True when the cut-off denies all that anybody has of it: a
 * claim that is younger than a minter's lifetime may have been issued a session after it, which needs its own pattern.
 */
async function endOne(deps: CutOffDeps, id: string, { at }: CutOff): Promise<boolean> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const grant = await readGrant(deps.table, id);
    if (grant?.status !== "ACTIVATING" && grant?.status !== "ACTIVE") return false;
    const rotating = grant.status === "ACTIVE" ? grant.rotating?.claimedAt : undefined;
    const claimed = epochMs(rotating ?? grant.claimedAt);
    if (claimed >= epochMs(at)) return false; // its sessions work
    const step = stop(grant, WHY, { now: deps.now(), by: BROKER, writer: deps.newId() });
    const moved = await applyStep(deps.table, step, stopWrites(deps.table, grant));
    if (moved.ok) return claimed + LIMITS_MS.claimLease <= epochMs(at);
  }
  throw new Error(`grant ${id} changed ${TRIES} times while its role was cut off`);
}

/**
 * Goes on with a cut-off until every grant that it leaves without a session has been ended, and every entry that it
 * reaches is marked. From the table alone, so that a run that dies is followed by one that finishes.
 */
export async function finishCutOff(
  deps: CutOffDeps,
  role: RoleRef,
  { cutOff, entries }: { cutOff: CutOff; entries: readonly DenyItem[] },
): Promise<void> {
  // Whoever claims until then gets a session that is denied.
  await deps.pause(Math.max(0, epochMs(cutOff.at) - deps.now()));
  // What was stopped before it was read, and so before the cut-off, has no session that is younger.
  const reached = entries.map(({ grantId }) => grantId);
  for (const { grantId } of await readLive(deps.table, role))
    if (await endOne(deps, grantId, cutOff)) reached.push(grantId);
  for (const grantId of reached) await markDeny(deps.table, { role, grantId }, { reachedBy: cutOff.at });
  await cutOffDone(deps.table, role, cutOff);
}
