import { accessRoleOf, type RoleRef } from "../../core/access-role.ts";
import type { Catalogue } from "../../core/catalogue.ts";
import type { Denials } from "../../core/deny-list.ts";
import type { Lockdown } from "../../core/lockdown.ts";
import { epochMs } from "../../core/time.ts";
import type { Now } from "../system.ts";
import type { Table } from "./client.ts";
import { type CutOff, readCutOff } from "./cut-offs.ts";
import { readLockdowns } from "./lockdowns.ts";
import { type DenyItem, readDenyEntries } from "./roles.ts";

export type DenialDeps = {
  table: Table;
  now: Now;
  catalogue: Pick<Catalogue, "agents">;
  /** How long after a grant's end its entry stays: clocks differ. */
  denyMarginSeconds: number;
};

/** What the table says of a role: what must be denied now, and what no longer needs to be. */
export type RoleDenials = Omit<Denials, "entries"> & {
  entries: readonly DenyItem[];
  gone: readonly DenyItem[];
  cutOff: CutOff | undefined;
  cutOffGone: CutOff | undefined;
};

const stopsRole = ({ target }: Lockdown, role: RoleRef): boolean =>
  target.type === "everything" || (target.type === "role" && target.id === accessRoleOf(role));

/**
 * Reads, strongly consistent, what must be denied on a role. An agent's lockdown is one pattern by its key; of an agent
 * that the catalogue does not know any more, each grant has its own entry, and it is given no others. So is it with a
 * resource's. `standing`: the lockdowns, where they were just read.
 */
export async function readDenials(
  deps: DenialDeps,
  role: RoleRef,
  standing?: readonly Lockdown[],
): Promise<RoleDenials> {
  const stillNeeded = (until: string) => epochMs(until) + deps.denyMarginSeconds * 1000 > deps.now();
  const all = await readDenyEntries(deps.table, role);
  const lockdowns = standing ?? (await readLockdowns(deps.table));
  const cutOff = await readCutOff(deps.table, role);
  const entries = all.filter(({ endsAt }) => stillNeeded(endsAt));
  const keyOf = (id: string) => deps.catalogue.agents.find((agent) => agent.id === id)?.key;
  const agents = lockdowns.flatMap(({ target }) => (target.type === "agent" ? (keyOf(target.id) ?? []) : []));
  const stands = cutOff && stillNeeded(cutOff.until) ? cutOff : undefined;
  return {
    entries,
    gone: all.filter((entry) => !entries.includes(entry)),
    agents: [...new Set(agents)].sort(),
    wholeRole: lockdowns.some((lockdown) => stopsRole(lockdown, role)),
    cutOff: stands,
    cutOffGone: stands ? undefined : cutOff,
    ...(stands ? { cutOffAt: stands.at } : {}),
  };
}
