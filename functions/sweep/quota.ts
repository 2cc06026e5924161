import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { type DueKey, postpone } from "../aws/table/due.ts";
import { readGrant } from "../aws/table/grants.ts";
import { lowerQuota } from "../aws/table/lower-quota.ts";
import { openGrantsOf } from "../aws/table/standing.ts";
import { isTerminal } from "../core/grant/transitions.ts";
import { isoMillis } from "../core/time.ts";

const AGAIN_MS = 3_600_000;

/**
 * Takes out of an agent's open grants what is over: `publish-events` does so within seconds; this is for what its stream
 * lost. Once an hour while the agent has any open.
 */
export async function lookAtQuota(
  deps: { table: Table; now: Now },
  key: DueKey,
  item: Record<string, unknown>,
): Promise<{ lowered: number }> {
  const agent = key.pk.slice("AGENT#".length);
  const open = openGrantsOf(item);
  let lowered = 0;
  for (const id of open) {
    const grant = await readGrant(deps.table, id);
    if (grant && !isTerminal(grant.status)) continue;
    await lowerQuota(deps.table, agent, id);
    lowered += 1;
  }
  // Off the list when nothing is open: the next ask puts it there again.
  await postpone(deps.table, key, lowered < open.length ? isoMillis(deps.now() + AGAIN_MS) : undefined);
  return { lowered };
}
