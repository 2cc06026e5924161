import { type Catalogue, type Person, subjectOf } from "../catalogue.ts";
import type { Grant } from "../grant/grant.ts";
import { addressSpelling, groupsAt, SECURITY } from "./eligible.ts";
import { askedGroups } from "./sees.ts";

type Who = { person: Person; at: number };

/** To stop, it is enough to be of a group oneself, or to speak for it now: stopping gives nobody anything. */
const isOf = (catalogue: Catalogue, { person, at }: Who, groups: readonly string[]): boolean =>
  [...person.groups, ...groupsAt(catalogue, person, at)].some((group) => groups.includes(group));

/** True when a person may end this grant now: its approvers, the resource's owners, security. */
export function mayRevoke(catalogue: Catalogue, grant: Grant, who: Who): boolean {
  const resource = subjectOf(catalogue, grant.resource.id);
  return isOf(catalogue, who, [SECURITY, ...askedGroups(grant), ...(resource ? [resource.ownerGroup] : [])]);
}

/** True when a person may set lockdowns and look at them. */
export const mayLockDown = (catalogue: Catalogue, who: Who): boolean => isOf(catalogue, who, [SECURITY]);

/**
 * True when a person may lift a lockdown that `setter` (a person's id) set: somebody else of security, in their own right.
 * Nobody lends that right: who set it could else lift it by the hand of a delegate.
 */
export function mayLift(catalogue: Catalogue, setter: string, { person }: Pick<Who, "person">): boolean {
  const other = catalogue.people.find(({ id }) => id === setter);
  return (
    person.groups.includes(SECURITY) &&
    person.id !== setter &&
    (other === undefined || addressSpelling(person.email) !== addressSpelling(other.email))
  );
}
