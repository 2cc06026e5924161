import { type Actor, sealEvent } from "../core/audit/event.ts";
import type { Grant } from "../core/grant/grant.ts";
import { grantFacts } from "../core/grant/step.ts";
import { isoMillis } from "../core/time.ts";
import type { Now } from "./system.ts";
import { type Outcome, outcomePut, readBesideAction } from "./table/actions.ts";
import type { Table } from "./table/client.ts";
import { eventPut } from "./table/events.ts";
import { keys } from "./table/keys.ts";
import { transact } from "./table/transaction.ts";

type Deps = { table: Table; now: Now };
/** A word on what came of an action. `assumed`: nobody has said anything, and its time is over. */
type Word = Pick<Outcome, "result" | "detail"> & { by: Actor; assumed?: true };

const TRIES = 3;

/**
 * Writes what came of an action, with its event. The first word stands, unless it is `unknown`: then one that knows more
 * takes its place. The same word again changes nothing.
 */
export async function noteOutcome(
  { table, now }: Deps,
  grant: Grant,
  { result, detail, by, assumed }: Word,
): Promise<{ is: "noted" | "said_before" | "said_otherwise"; outcome: Outcome }> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const { outcome: before } = await readBesideAction(table, grant.id);
    if (before && before.result === result) return { is: "said_before", outcome: before };
    if (before && before.result !== "unknown") return { is: "said_otherwise", outcome: before };
    const count = (before?.count ?? 0) + 1;
    const at = isoMillis(now());
    const outcome: Outcome = { result, at, by: by.id, ...(detail ? { detail } : {}), count };
    const event = sealEvent({
      ...{ v: 1, id: `${grant.id}-outcome-${count}`, time: at, actor: by, grant: grant.id },
      type: assumed ? "action.outcome_unknown" : "action.outcome_reported",
      facts: { ...grantFacts(grant), code: result, ...(detail ? { reason: detail } : {}) },
    });
    const written = await transact(table, [
      outcomePut(table, grant.id, outcome),
      eventPut(table, keys.noteEvent(grant.id, `outcome#${count}`), event),
    ]);
    if (written.ok) return { is: "noted", outcome };
  }
  throw new Error(`the outcome of ${grant.id} changed ${TRIES} times while one was noted`);
}

/** An action that was begun, and whose time is over without a word: on record as unknown, once. */
export async function noteUnknown(deps: Deps, grant: Grant, by: Actor): Promise<void> {
  const { redeemed, outcome } = await readBesideAction(deps.table, grant.id);
  if (!redeemed || outcome) return;
  await noteOutcome(deps, grant, { result: "unknown", by, assumed: true });
}
