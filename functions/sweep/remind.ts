import type { AskAgain } from "../aws/ask-again.ts";
import type { Table } from "../aws/table/client.ts";
import { readStage } from "../aws/table/stages.ts";
import { type Grant, openStage } from "../core/grant/grant.ts";
import { againDue } from "../core/grant/schedule.ts";

/**
 * How soon it is looked whether what was ordered came, and how many sendings a stage gets before that is given up. The
 * first of a kind is always ordered: whoever has mails sent again and again must not keep a second group from its own.
 */
const LOOK_AGAIN_MS = 5 * 60_000;
const MAX_SENDINGS = 12;

/**
 * Orders the reminder or the escalation that the open stage is owed by now. Returns when to look whether it came; undefined
 * when nothing is owed. A stage that was never asked has no item: the workflow asks it first.
 */
export async function remind(
  deps: { table: Table; now(): number; askAgain: AskAgain },
  grant: Grant,
): Promise<number | undefined> {
  const again = againDue(grant, deps.now());
  const stage = openStage(grant)?.stage;
  if (!again || stage === undefined) return undefined;
  const item = await readStage(deps.table, grant.id, stage);
  const owed = item?.[again];
  if (!item || owed?.length === 0 || (owed && item.sending >= MAX_SENDINGS)) return undefined;
  await deps.askAgain({ schema: 1, grantId: grant.id, stage, again });
  return deps.now() + LOOK_AGAIN_MS;
}
