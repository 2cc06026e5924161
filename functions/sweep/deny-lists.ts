import type { AccessRoles } from "../aws/access-roles.ts";
import type { QueueDeny } from "../aws/deny-queue.ts";
import { faultFields, type Log } from "../aws/log.ts";
import { type DenialDeps, type RoleDenials, readDenials } from "../aws/table/denials.ts";
import { readLockdowns } from "../aws/table/lockdowns.ts";
import { everyRole, type RoleRef, roleOf } from "../core/access-role.ts";
import type { TrustedBroker } from "../core/access-trust.ts";
import type { Catalogue } from "../core/catalogue.ts";
import { readDenyList, sameList } from "../core/deny-document.ts";
import { fitDenyList, isEmpty } from "../core/deny-list.ts";
import type { Lockdown } from "../core/lockdown.ts";
import { editsOf } from "../core/role-state.ts";
import { minuteOf } from "../core/time.ts";

export type DenyListDeps = DenialDeps & {
  log: Log;
  queueDeny: QueueDeny;
  catalogue: Catalogue;
  accessRoles: AccessRoles;
  broker: TrustedBroker;
};

/** Each role has its turn at being looked at as a whole once in so many minutes. */
const TURNS = 5;

/** Whether IAM has what the table says; a list that differs is ordered, never written here. */
async function compareList(deps: DenyListDeps, name: string, denials: RoleDenials): Promise<boolean> {
  const text = await deps.accessRoles.denyDocument(name);
  const found = text === undefined ? undefined : readDenyList(text);
  const { list } = fitDenyList(denials, found?.render ?? 1);
  return text === undefined ? isEmpty(list) : sameList(list, found);
}

async function checkRole(
  deps: DenyListDeps,
  role: RoleRef,
  { lockdowns, isTurn }: { lockdowns: readonly Lockdown[]; isTurn: boolean },
): Promise<void> {
  const { accountId, name } = roleOf(role, deps.broker.accountId);
  const order = () => deps.queueDeny(role, `list-${minuteOf(deps.now())}`);
  if (accountId !== deps.broker.accountId) {
    // IAM of another account is read by its revoker alone: `revoke-access` compares, and writes what differs.
    if (isTurn) await order();
    return;
  }
  const denials = await readDenials(deps, role, lockdowns);
  const isQuiet = isEmpty(fitDenyList(denials, 1).list);
  if ((isTurn || !isQuiet) && !(await compareList(deps, name, denials))) await order();
  if (!isTurn) return;
  const edits = editsOf(role, await deps.accessRoles.state(name), deps.broker);
  if (edits.length > 0) deps.log("role.edited", { role, edits: edits.join(", ").slice(0, 500) });
}

/**
 * Holds IAM against the table: each minute the roles on which something is denied, and each role in its turn, whatever is
 * on it (I-30, I-37). One that fails keeps no other waiting.
 */
export async function checkDenyLists(deps: DenyListDeps): Promise<void> {
  const turn = Math.floor(deps.now() / 60_000) % TURNS;
  const lockdowns = await readLockdowns(deps.table);
  for (const [index, role] of everyRole(deps.catalogue).entries()) {
    try {
      await checkRole(deps, role, { lockdowns, isTurn: index % TURNS === turn });
    } catch (fault) {
      deps.log("sweep.failed", { item: `deny list of ${role}`, ...faultFields(fault) });
    }
  }
}
