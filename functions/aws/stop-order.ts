import { type Actor, sealEvent } from "../core/audit/event.ts";
import type { Grant } from "../core/grant/grant.ts";
import { grantFacts } from "../core/grant/step.ts";
import { epochMs, isoMillis } from "../core/time.ts";
import type { Now } from "./system.ts";
import { readBesideAction } from "./table/actions.ts";
import type { Table } from "./table/client.ts";
import { writeEventOnce } from "./table/events.ts";
import { readAll, readItem } from "./table/item.ts";
import { keys } from "./table/keys.ts";

type Deps = { table: Table; now: Now };

/** What runs on by itself after its action was performed. */
const RUNNING: readonly unknown[] = ["start-tuning"];
/** The longest that a training job may run is 28 days: after that there is nothing to stop. */
const RUNS_MS = 28 * 86_400_000;

const NOTE = "stop-ordered-";
/** That what a grant had started was stopped: on record, once. */
export const stoppedNote = (grantId: string) => keys.noteEvent(grantId, "action-stopped");

export const wasStopped = async ({ table }: Pick<Deps, "table">, id: string): Promise<boolean> =>
  (await readItem(table, stoppedNote(id))) !== undefined;

export const stopWasOrdered = async ({ table }: Pick<Deps, "table">, id: string): Promise<boolean> =>
  (await readAll(table, keys.noteEvent(id, NOTE))).length > 0;

/** True when a grant that is over has started something that may run still. */
export async function mayRun(deps: Deps, grant: Grant): Promise<boolean> {
  if (!RUNNING.includes(grant.resource.settings?.performer)) return false;
  if (grant.status !== "ENDED" && grant.status !== "REVOKED") return false;
  if (deps.now() > epochMs(grant.endsAt) + RUNS_MS) return false;
  const { redeemed, outcome } = await readBesideAction(deps.table, grant.id);
  return redeemed !== undefined && outcome?.result !== "failed";
}

/**
 * Orders that what an action started be stopped, though its grant is over: an event that its function hears. One a minute,
 * so that an order whose function failed can be given again. Nothing about the grant changes: terminal is terminal.
 */
export async function orderStop(
  deps: Deps,
  grant: Grant,
  { by, code, reason }: { by: Actor; code: string; reason: string },
): Promise<void> {
  const at = deps.now();
  const note = `${NOTE}${Math.floor(at / 60_000)}`;
  const event = sealEvent({
    ...{ v: 1, id: `${grant.id}-${note}`, type: "action.stop_ordered", time: isoMillis(at), actor: by },
    grant: grant.id,
    facts: { ...grantFacts(grant), code, reason },
  });
  await writeEventOnce(deps.table, keys.noteEvent(grant.id, note), event);
}
