import type { CatalogueView } from "../../functions/core/api/schemas.ts";
import { parseScope } from "../../functions/core/kinds/registry.ts";
import { LatchkeyError } from "../errors.ts";
import { exitCodes } from "../exit.ts";
import { nearest, type Profile, readProfiles } from "../profiles.ts";
import { type Finding, ok, unknown, wrong, wrongBy } from "./finding.ts";

type Resources = CatalogueView["resources"];

/** What of a profile the catalogue does not have; undefined when it has all. */
function problemOf(profile: Profile, resources: Resources): string | undefined {
  const { resource: id, access, window, scope } = profile;
  const resource = resources.find((each) => each.id === id);
  if (!resource) return `there is no ${id} to ask for`;
  if (!resource.accesses.some((each) => each === access))
    return `${id} has no access ${access}, but ${resource.accesses.join(", ")}`;
  if (window > resource.maxWindowSeconds)
    return `${id} is granted for ${resource.maxWindowSeconds} s at most, not ${window}`;
  const read = scope === undefined ? undefined : parseScope(resource.kind, scope);
  const [issue] = read?.success === false ? read.error.issues : [];
  if (issue) return `scope ${issue.path.join(".")} ${issue.message}`.replace("  ", " ");
  return undefined;
}

/** The profiles of latchkey.yaml against what may be asked for. */
export function lookAtProfiles(
  cwd: string,
  file: string | undefined,
  resources: Resources | undefined,
): Finding[] {
  if (file === undefined && !nearest(cwd))
    return [ok("profiles", "no latchkey.yaml here or above; none is needed")];
  let found: ReturnType<typeof readProfiles>;
  try {
    found = readProfiles(cwd, file);
  } catch (error) {
    if (error instanceof LatchkeyError) return [wrongBy("profiles", error)];
    throw error;
  }
  const profiles = Object.entries(found.content.profiles);
  if (!resources) return [unknown("profiles", `${found.path} is well-formed; nothing to hold it against`)];
  const problems = profiles.flatMap(([name, profile]) => {
    const problem = problemOf(profile, resources);
    return problem ? [wrong("profiles", `${name} in ${found.path}: ${problem}.`, exitCodes.config)] : [];
  });
  return problems.length > 0
    ? problems
    : [ok("profiles", `${profiles.map(([name]) => name).join(", ")} fit`)];
}
