import type { GrantView } from "../../functions/core/api/schemas.ts";
import type { Profile } from "../profiles.ts";

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** A part of a scope that lies inside another: the same, fewer of a list, or a longer prefix. */
function isInside(name: string, asked: unknown, allowed: unknown): boolean {
  if (name === "prefix" && typeof asked === "string" && typeof allowed === "string")
    return asked.startsWith(allowed);
  const [parts, all] = [asked === undefined ? [] : listOf(asked), listOf(allowed)];
  return parts.length > 0 && parts.every((each) => all.includes(each));
}

/**
 * Whether what was granted is what a profile names, or a smaller part of it, as after an alternative. Members of a scope
 * narrow it, so a grant may have more of them, never fewer; but for an `index`, which is read *instead* of the table, and
 * whose keys are others. Only the whole of a table has its indexes in it.
 */
export function fitsProfile(
  {
    resource,
    access,
    scope,
    masked,
  }: Pick<GrantView, "resource" | "access" | "scope"> & { masked?: boolean },
  profile: Pick<Profile, "resource" | "access" | "scope">,
): boolean {
  // Of one that is masked there are no credentials to run anything with.
  if (masked) return false;
  if (resource !== profile.resource || access !== profile.access) return false;
  if (profile.scope && scope?.index !== profile.scope.index) return false;
  return Object.entries(profile.scope ?? {}).every(([name, allowed]) =>
    isInside(name, scope?.[name], allowed),
  );
}
