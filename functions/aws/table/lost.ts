import { sealEvent } from "../../core/audit/event.ts";
import type { Grant, GrantIn } from "../../core/grant/grant.ts";
import { sessionName } from "../../core/grant/moves.ts";
import { grantFacts, type Moment } from "../../core/grant/step.ts";
import { isoMillis } from "../../core/time.ts";
import type { Table } from "./client.ts";
import { eventPut, writeEventOnce } from "./events.ts";
import { keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

/** An attempt that delivered nothing: its run vanished, or the grant moved on before it could deliver. */
type Lost = { attempt: number; code: "vanished" | "not_delivered" };

function noteOf(grant: Grant, { attempt, code }: Lost, { now, by }: Moment) {
  const facts = { ...grantFacts(grant), attempt, sessionName: sessionName(grant, attempt), code };
  const sealed = sealEvent({
    v: 1,
    id: `${grant.id}-lost-${attempt}`,
    type: "attempt.lost",
    time: isoMillis(now),
    actor: by,
    grant: grant.id,
    facts,
  });
  return { key: keys.noteEvent(grant.id, `lost#${attempt}`), sealed };
}

/**
 * The record of an attempt that was claimed and never heard of again, as part of the transaction that leaves it behind:
 * the next claim, or the grant's closing. Nothing where no attempt is open.
 */
export function vanishedWrites(
  table: Table,
  grant: GrantIn<"APPROVED" | "ACTIVATING" | "ACTIVE">,
  moment: Moment,
): Write[] {
  const attempt =
    grant.status === "ACTIVATING"
      ? grant.attempt
      : grant.status === "ACTIVE"
        ? grant.rotating?.attempt
        : undefined;
  if (attempt === undefined) return [];
  const { key, sealed } = noteOf(grant, { attempt, code: "vanished" }, moment);
  return [eventPut(table, key, sealed)];
}

/** Records that a session exists which was not delivered, because the grant was stopped or closed meanwhile. */
export async function recordUndelivered(
  table: Table,
  grant: Grant,
  attempt: number,
  moment: Moment,
): Promise<void> {
  const { key, sealed } = noteOf(grant, { attempt, code: "not_delivered" }, moment);
  await writeEventOnce(table, key, sealed);
}
