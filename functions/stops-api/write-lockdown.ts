import { keyProblem } from "../aws/http/input.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { eventPut } from "../aws/table/events.ts";
import { keys } from "../aws/table/keys.ts";
import { lockdownPuts, readLockdown, readLockdownOf } from "../aws/table/lockdowns.ts";
import { idempotencyPut, readIdempotency } from "../aws/table/principals.ts";
import { transact, type Write } from "../aws/table/transaction.ts";
import { type Actor, sealEvent } from "../core/audit/event.ts";
import { digestOf } from "../core/canonical.ts";
import { type Refusal, refusal } from "../core/errors.ts";
import { type Lockdown, lockdownFacts } from "../core/lockdown.ts";
import { isoMillis } from "../core/time.ts";
import type { StopsDeps } from "./deps.ts";

/** An order with a key: whose it is (a principal's unique id, and the person's), and the hash of what was ordered. */
type Keyed = { principal: string; key: string; bodyHash: string };

export function keyOf({
  idempotencyKey: key,
  principal,
  body,
}: Call): { ok: true; keyed: Keyed | undefined } | { ok: false; refusal: Refusal } {
  if (key === undefined) return { ok: true, keyed: undefined };
  const wrong = keyProblem(key);
  if (wrong) return { ok: false, refusal: wrong };
  // People may share a role, and its unique id with it.
  const whose = principal.kind === "person" ? `#${principal.person.id}` : "";
  return {
    ok: true,
    keyed: { principal: `${principal.caller.uniqueId}${whose}`, key, bodyHash: digestOf(body) },
  };
}

type Found = { lockdown: Lockdown; isNew: boolean };

/** What a key was used for: the lockdown while it stands. Once it was lifted, a repeat must not set it anew. */
async function earlier({ table }: StopsDeps, keyed: Keyed | undefined): Promise<Found | Refusal | undefined> {
  if (!keyed) return undefined;
  const used = await readIdempotency(table, keyed.principal, keyed.key);
  if (!used) return undefined;
  if (used.bodyHash !== keyed.bodyHash) return refusal("idempotency_conflict");
  const lockdown = await readLockdown(table, used.grantId);
  return lockdown
    ? { lockdown, isNew: false }
    : refusal("wrong_state", "This lockdown was lifted.", { lockdown: used.grantId });
}

function setWrites(deps: StopsDeps, lockdown: Lockdown, by: Actor): Write[] {
  const event = sealEvent({
    v: 1,
    id: `${lockdown.id}-set`,
    type: "lockdown.set",
    time: lockdown.at,
    actor: by,
    facts: { ...lockdownFacts(lockdown), reason: lockdown.reason },
  });
  return [
    ...lockdownPuts(deps.table, lockdown),
    eventPut(deps.table, keys.looseEvent(event.event.id), event),
  ];
}

const TRIES = 3;

/**
 * Sets a lockdown, with its event, in one transaction; or finds the one that stands for this target, or that this key set.
 * A lost answer is settled by reading back.
 */
export async function standingOrSet(
  deps: StopsDeps,
  order: Pick<Lockdown, "target" | "reason" | "by">,
  { by, keyed }: { by: Actor; keyed: Keyed | undefined },
): Promise<Found | Refusal> {
  const { table } = deps;
  const keyWrites = (id: string): Write[] =>
    keyed
      ? [idempotencyPut(table, keyed.principal, keyed.key, { grantId: id, bodyHash: keyed.bodyHash })]
      : [];
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const before = await earlier(deps, keyed);
    if (before) return before;
    const standing = await readLockdownOf(table, order.target);
    if (standing) {
      const noted = keyWrites(standing.id);
      if (noted.length === 0 || (await transact(table, noted)).ok)
        return { lockdown: standing, isNew: false };
      continue;
    }
    const lockdown: Lockdown = { id: deps.newId(), ...order, at: isoMillis(deps.now()) };
    const writes = [...setWrites(deps, lockdown, by), ...keyWrites(lockdown.id)];
    const written = await transact(table, writes).catch(async (fault: unknown) => {
      if (await readLockdown(table, lockdown.id)) return { ok: true as const };
      throw fault;
    });
    if (written.ok) return { lockdown, isNew: true };
    // Its condition failed about its own committed write: the answer to an earlier try was lost.
    if (await readLockdown(table, lockdown.id)) return { lockdown, isNew: true };
  }
  return refusal("unavailable");
}
