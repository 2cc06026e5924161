import { copiesOf, type RoleRef } from "../core/access-role.ts";
import { ACTIONS_ROLE } from "../core/actions/action-type.ts";
import type { Actor } from "../core/audit/event.ts";
import { type Lockdown, lockdownOn, targetText } from "../core/lockdown.ts";
import { atOnce } from "./at-once.ts";
import { stopOrDeny } from "./deny-expiring.ts";
import { lockedPart } from "./locked-down.ts";
import { faultFields } from "./log.ts";
import type { StopDeps, StopOrder } from "./stop-grant.ts";
import type { Table } from "./table/client.ts";
import { readExpiring } from "./table/expiring.ts";
import { readGrant } from "./table/grants.ts";
import { readItem } from "./table/item.ts";
import { keys } from "./table/keys.ts";
import { readLive } from "./table/roles.ts";
import { openGrantsOf } from "./table/standing.ts";

// Reads and stops at the same time: enough that a thousand live grants are stopped within one call, few enough for the table.
const AT_ONCE = 16;

/** What was stopped, what could not be, roles that could not be read, and those whose deny list has more entries by it. */
export type Applied = { stopped: string[]; failed: string[]; unread: RoleRef[]; roles: RoleRef[] };

/** Grants that an agent has open, those that wait for people included. */
export async function openGrantsNow(table: Table, agent: string): Promise<string[]> {
  const item = await readItem(table, keys.quota(agent));
  return item ? openGrantsOf(item) : [];
}

/**
 * Ids of all that the lockdowns may be about, strongly consistent: what is live or being minted, from every role's
 * partition, what works on after a release, and what a stopped agent has open. Callers have written, or read, the lockdowns before (I-71).
 * A role that cannot be read keeps nothing of the others from being stopped.
 */
async function found(
  { table, log }: StopDeps,
  lockdowns: readonly Lockdown[],
  roles: readonly RoleRef[],
): Promise<{ ids: string[]; unread: RoleRef[] }> {
  const unread: RoleRef[] = [];
  const live = await atOnce([...roles, ...copiesOf({}, ACTIONS_ROLE)], AT_ONCE, async (role) => {
    try {
      const items = [...(await readLive(table, role)), ...(await readExpiring(table, role))];
      return items.filter(({ agent, resource }) => lockdownOn(lockdowns, { agent, resource, role }));
    } catch (fault) {
      log("lockdown.not_stopped", { role, ...faultFields(fault) });
      unread.push(role);
      return [];
    }
  });
  const agents = lockdowns.flatMap(({ target }) => (target.type === "agent" ? [target.id] : []));
  const open = await atOnce(agents, AT_ONCE, (agent) => openGrantsNow(table, agent));
  const ids = [...new Set([...live.flat().map(({ grantId }) => grantId), ...open.flat()])];
  return { ids, unread };
}

const orderOf = ({ id, target, reason }: Lockdown, by: Actor): StopOrder => ({
  by,
  why: {
    code: "locked_down",
    // The agent is shown this; the reason may be about it, and is in the record.
    detail: `lockdown ${id} of ${targetText(target)}`,
    facts: { lockdown: id, target: targetText(target), reason },
  },
  unminted: "deny",
  denyQueuedBy: "caller",
});

type Order = {
  lockdowns: readonly Lockdown[];
  roles: readonly RoleRef[];
  by: Actor;
  /** Epoch ms after which nothing more is begun: the rest is `sweep`'s. */
  until: number;
};

/**
 * Stops every grant that is under a lockdown. One that cannot be stopped is named and keeps no other from it. The deny
 * lists of the roles are ordered by the caller, once.
 */
export async function applyLockdowns(
  deps: StopDeps,
  { lockdowns, roles, by, until }: Order,
): Promise<Applied> {
  const { ids, unread } = await found(deps, lockdowns, roles);
  const applied: Applied = { stopped: [], failed: [], unread, roles: [] };
  const stopOne = async (id: string): Promise<void> => {
    if (deps.now() > until) throw new Error("out of time");
    const grant = await readGrant(deps.table, id);
    const lockdown = grant && lockdownOn(lockdowns, lockedPart(grant));
    if (!lockdown) return;
    const { is, denied } = await stopOrDeny(deps, grant, orderOf(lockdown, by));
    if (is === "unchanged") return;
    applied.stopped.push(id);
    if (denied) applied.roles.push(grant.resource.role);
  };
  await atOnce(ids, AT_ONCE, async (id) => {
    try {
      await stopOne(id);
    } catch (fault) {
      deps.log("lockdown.not_stopped", { grantId: id, ...faultFields(fault) });
      applied.failed.push(id);
    }
  });
  return { ...applied, roles: [...new Set(applied.roles)] };
}
