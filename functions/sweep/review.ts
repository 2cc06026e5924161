import type { AskAgain } from "../aws/ask-again.ts";
import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { type DueKey, postpone } from "../aws/table/due.ts";
import { reviewItem } from "../aws/table/reviews.ts";
import { isoMillis } from "../core/time.ts";

const LOOK_AGAIN_MS = 2 * 60_000;

/** A broken glass of which not everybody who was passed over has been told: ordered again until they have. */
export async function lookAtReview(
  deps: { table: Table; now: Now; askAgain: AskAgain },
  key: DueKey,
  item: Record<string, unknown>,
): Promise<void> {
  const { grantId, skipped, told } = reviewItem.parse(item);
  const owed = skipped.some((person) => !told.includes(person));
  if (owed) await deps.askAgain({ schema: 1, grantId, tell: "broken_glass" });
  await postpone(deps.table, key, owed ? isoMillis(deps.now() + LOOK_AGAIN_MS) : undefined);
}
