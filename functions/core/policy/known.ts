import { accessRoleOf, everyRole, type RoleRef } from "../access-role.ts";
import type { Catalogue } from "../catalogue.ts";
import type { LockdownTarget } from "../lockdown.ts";

/** Names that a policy has, or had: what was taken out of the catalogue may have live grants still. */
export type Known = { agents: string[]; resources: string[]; roles: RoleRef[] };

export const knownIn = (catalogue: Catalogue): Known => ({
  agents: catalogue.agents.map(({ id }) => id),
  // A lockdown stops an action type as it does a resource.
  resources: [...catalogue.resources, ...(catalogue.actions ?? [])].map(({ id }) => id),
  roles: everyRole(catalogue),
});

const union = (one: readonly string[], other: readonly string[]): string[] => [
  ...new Set([...one, ...other]),
];

export const knownTogether = (one: Known, other: Known): Known => ({
  agents: union(one.agents, other.agents),
  resources: union(one.resources, other.resources),
  roles: union(one.roles, other.roles),
});

/** True when there is, or was, such a target. */
export function isKnown({ agents, resources, roles }: Known, target: LockdownTarget): boolean {
  switch (target.type) {
    case "agent":
      return agents.includes(target.id);
    case "resource":
      return resources.includes(target.id);
    case "role":
      return roles.some((role) => accessRoleOf(role) === target.id);
    case "everything":
      return true;
  }
}
