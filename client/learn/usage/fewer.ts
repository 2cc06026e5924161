import type { Resource } from "../../../functions/core/catalogue.ts";
import { type AccessName, accessNames } from "../../../functions/core/kinds/names.ts";
import type { RecordedGrant } from "../record/grant.ts";
import { askedOfIam } from "./asked-of-iam.ts";
import { covers, granted, isAccess, sessionOf } from "./covers.ts";
import type { Calls } from "./story.ts";

type Granted = Pick<RecordedGrant, "access" | "scope" | "id">;

// What tells names is less than what tells contents, and both are less than what changes something.
const RANK: Record<AccessName, number> = { list: 0, read: 1, write: 2, invoke: 2 };

/** The accesses that ask for less than one, the least first. */
export const lessThan = (access: string): AccessName[] =>
  isAccess(access)
    ? accessNames.filter((each) => RANK[each] < RANK[access]).sort((one, other) => RANK[one] - RANK[other])
    : [];

/** True when the grant, had it asked for this access, would have let each of its calls pass. */
export function accessCovers(
  resource: Resource,
  grant: Granted,
  access: AccessName,
  calls: readonly Calls[],
): boolean {
  const before = granted(resource, grant);
  const statements = sessionOf({ ...resource, access, scope: grant.scope }, grant.id);
  return calls.every(({ call }) => {
    const asked = askedOfIam(call);
    return asked !== undefined && covers(statements, asked, before);
  });
}

/** The least access of the resource that would have let all calls pass, where that is less than the one asked for. */
export const fewerAccess = (
  resource: Resource,
  grant: Granted,
  calls: readonly Calls[],
): AccessName | undefined =>
  calls.length === 0
    ? undefined
    : lessThan(grant.access).find(
        (access) => resource.accesses.includes(access) && accessCovers(resource, grant, access, calls),
      );
