import type { RoleRef } from "../core/access-role.ts";
import { atOnce } from "./at-once.ts";
import type { QueueDeny } from "./deny-queue.ts";
import { faultFields, type Log } from "./log.ts";

/** Orders the deny lists of several roles, for one cause. An order that fails is `sweep`'s to make good. */
export async function orderDenies(
  deps: { queueDeny: QueueDeny; log: Log },
  roles: readonly RoleRef[],
  cause: string,
): Promise<void> {
  await atOnce(roles, 8, async (role) => {
    try {
      await deps.queueDeny(role, cause);
    } catch (fault) {
      deps.log("deny.not_queued", { role, ...faultFields(fault) });
    }
  });
}
