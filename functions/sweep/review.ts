import type { AskAgain } from "../aws/ask-again.ts";
import type { Log } from "../aws/log.ts";
import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { type DueKey, postpone } from "../aws/table/due.ts";
import { reviewItem } from "../aws/table/reviews.ts";
import { epochMs, isoMillis } from "../core/time.ts";

const LOOK_AGAIN_MS = 2 * 60_000;
const HOUR_MS = 60 * 60_000;
/** How long a broken glass may wait for somebody to look at it before there is an alarm, each hour anew. */
const LATE_MS = 24 * HOUR_MS;

/**
 * A broken glass that nobody has looked at yet: telling those who were passed over is ordered until all have been told,
 * and after a day somebody is reminded that the review is open.
 */
export async function lookAtReview(
  deps: { table: Table; now: Now; log: Log; askAgain: AskAgain },
  key: DueKey,
  item: Record<string, unknown>,
): Promise<void> {
  const { grantId, openedAt, skipped, told } = reviewItem.parse(item);
  const owed = skipped.some((person) => !told.includes(person));
  if (owed) await deps.askAgain({ schema: 1, grantId, tell: "broken_glass" });
  const late = epochMs(openedAt) + LATE_MS;
  if (deps.now() >= late) deps.log("review.late", { grantId, openedAt });
  const calm = deps.now() < late ? late : deps.now() + HOUR_MS;
  await postpone(deps.table, key, isoMillis(owed ? deps.now() + LOOK_AGAIN_MS : calm));
}
