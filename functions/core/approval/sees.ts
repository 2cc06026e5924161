import { type Catalogue, type Person, subjectOf } from "../catalogue.ts";
import type { Grant } from "../grant/grant.ts";
import { groupsAt, SEE_ALL } from "./eligible.ts";

/** The groups that a grant's stages ask, second ones included; of a broken glass, those that were passed over. */
export const askedGroups = ({ stages, decision }: Grant): string[] =>
  [...stages, ...(decision.breakGlass?.skipped ?? [])].flatMap(({ group, escalateTo }) => [
    group,
    ...(escalateTo ? [escalateTo] : []),
  ]);

/**
 * True when a person may see this grant: its agent's owner; its approvers, those of a second group and those passed over
 * included, and whoever speaks for them now; the resource's owners; security and audit. Seeing is not deciding.
 */
export function maySee(
  catalogue: Catalogue,
  grant: Grant,
  { person, at }: { person: Person; at: number },
): boolean {
  const resource = subjectOf(catalogue, grant.resource.id);
  const may = [...SEE_ALL, ...askedGroups(grant), ...(resource ? [resource.ownerGroup] : [])];
  const groups = [...person.groups, ...groupsAt(catalogue, person, at)];
  return person.id === grant.agent.owner || groups.some((group) => may.includes(group));
}
