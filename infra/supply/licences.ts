import satisfies from "spdx-satisfies";
import { permissive } from "../../client/package/licences.ts";
import { type Lockfile, shipped } from "./lockfile.ts";

/** What cannot be read as an SPDX expression satisfies nothing. */
function isFine(license: string): boolean {
  try {
    return satisfies(license, [...permissive]);
  } catch {
    return false;
  }
}

/** Packages that may ship under terms that are not on the list, as sentences: fails closed where a package says nothing. */
export const licenceProblems = (lockfile: Lockfile): string[] =>
  shipped(lockfile)
    .filter(({ entry }) => !isFine(entry.license ?? ""))
    .map(({ name, entry }) => `${name} ${entry.version} is under ${entry.license ?? "no licence"}`);
