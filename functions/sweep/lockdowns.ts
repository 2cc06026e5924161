import { applyLockdowns } from "../aws/apply-lockdowns.ts";
import { orderDenies } from "../aws/order-denies.ts";
import type { StopDeps } from "../aws/stop-grant.ts";
import { readLockdowns } from "../aws/table/lockdowns.ts";
import { readKnown } from "../aws/table/policy-seen.ts";
import type { Actor } from "../core/audit/event.ts";
import type { Catalogue } from "../core/catalogue.ts";
import { rolesUnder } from "../core/lockdown.ts";
import { epochMs, minuteOf } from "../core/time.ts";

const ACTOR: Actor = { type: "broker", id: "sweep" };

/** Half of a run's time: what else is due is looked at too. */
const STOPPING_MS = 20_000;
/** How long after it was set a lockdown's lists are ordered each minute; later, only a list that differs is. */
const FRESH_MS = 10 * 60_000;

/**
 * Applies every standing lockdown again: stops what is live, or still open, under one, which the call that set it could not
 * stop or which began since. Costs one query while none stands. Throws when something could not be stopped: it is counted.
 */
export async function reapplyLockdowns(deps: StopDeps & { catalogue: Catalogue }): Promise<void> {
  const lockdowns = await readLockdowns(deps.table);
  if (lockdowns.length === 0) return;
  const { roles } = await readKnown(deps.table, deps.catalogue);
  const until = deps.now() + STOPPING_MS;
  const applied = await applyLockdowns(deps, { lockdowns, roles, by: ACTOR, until });
  const fresh = lockdowns.filter(({ at }) => deps.now() < epochMs(at) + FRESH_MS);
  const ordered = [...applied.roles, ...fresh.flatMap((lockdown) => rolesUnder(lockdown, roles))];
  await orderDenies(deps, [...new Set(ordered)], `lockdowns.${minuteOf(deps.now())}`);
  if (applied.stopped.length > 0)
    deps.log("sweep.repaired", { was: "live under a lockdown", count: applied.stopped.length });
  if (applied.unread.length > 0)
    throw new Error(`what is live could not be read of ${applied.unread.join(", ")}`);
  if (applied.failed.length > 0)
    throw new Error(`${applied.failed.length} grants under a lockdown could not be stopped`);
}
