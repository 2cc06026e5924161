import { faultFields, type Log } from "../aws/log.ts";
import type { Emit } from "../aws/metrics.ts";
import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { countLive, readWaiting } from "../aws/table/levels.ts";
import { everyRole } from "../core/access-role.ts";
import type { Catalogue } from "../core/catalogue.ts";
import { epochMs } from "../core/time.ts";

type GaugeDeps = { table: Table; catalogue: Catalogue; now: Now; log: Log; emit: Emit };

/**
 * How much waits for people, for how long, and how much is live: one query for each group and each access role a minute,
 * half a read unit where there is nothing. For a dashboard: a gauge that fails fails nothing else.
 */
export async function gauge(deps: GaugeDeps): Promise<void> {
  try {
    const waiting = await Promise.all(
      Object.keys(deps.catalogue.groups).map((group) => readWaiting(deps.table, group)),
    );
    const live = await Promise.all(everyRole(deps.catalogue).map((role) => countLive(deps.table, role)));
    const since = waiting.flatMap((group) => (group.since ? [epochMs(group.since)] : []));
    const oldest = Math.max(0, ...since.map((asked) => (deps.now() - asked) / 1000));
    deps.emit([
      { metric: "WaitingApprovals", value: waiting.reduce((sum, { count }) => sum + count, 0) },
      { metric: "OldestWaiting", value: Math.round(oldest) },
      { metric: "LiveGrants", value: live.reduce((sum, count) => sum + count, 0) },
    ]);
  } catch (fault) {
    deps.log("sweep.failed", { item: "gauges", ...faultFields(fault) });
  }
}
