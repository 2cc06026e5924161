import type { Table } from "../aws/table/client.ts";
import { readItem } from "../aws/table/item.ts";
import { keys } from "../aws/table/keys.ts";
import { readLive } from "../aws/table/roles.ts";
import { copiesOf } from "../core/access-role.ts";
import type { LockdownTarget } from "../core/lockdown.ts";
import { isKnown, type Known } from "../core/policy/known.ts";

/**
 * True when there is such a target: of the catalogue, of an earlier one, or with something live in the table. Who stops
 * things in a hurry must be told of a slip; what a deploy has just taken out must be stoppable still.
 */
export async function isThere(table: Table, known: Known, target: LockdownTarget): Promise<boolean> {
  if (target.type === "everything" || isKnown(known, target)) return true;
  if (target.type === "agent") return (await readItem(table, keys.quota(target.id))) !== undefined;
  if (target.type === "role") {
    const live = await Promise.all(copiesOf({}, target.id).map((role) => readLive(table, role)));
    return live.flat().length > 0;
  }
  for (const role of known.roles)
    if ((await readLive(table, role)).some(({ resource }) => resource === target.id)) return true;
  return false;
}
