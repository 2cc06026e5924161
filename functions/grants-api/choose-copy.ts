import type { Table } from "../aws/table/client.ts";
import { loadOf } from "../aws/table/roles.ts";
import type { RoleRef } from "../core/access-role.ts";

const sumOf = (text: string): number =>
  [...text].reduce((sum, character) => sum + character.charCodeAt(0), 0);

/**
 * Which of a role's copies a grant is pinned to: the one with the fewest live sessions and denied grants, so that no deny
 * list fills up while another is empty. Among equals by the grant's id, as grants that are asked for at once see the same.
 * A role without copies costs no read.
 */
export async function chooseCopy(
  table: Table,
  copies: readonly RoleRef[],
  grantId: string,
): Promise<RoleRef> {
  const [only, ...others] = copies;
  if (only === undefined) throw new RangeError("an access role has at least one copy");
  if (others.length === 0) return only;
  const loads = await Promise.all(copies.map((role) => loadOf(table, role)));
  const least = Math.min(...loads);
  const equals = copies.filter((_, index) => loads[index] === least);
  return equals[sumOf(grantId) % equals.length] ?? only;
}
