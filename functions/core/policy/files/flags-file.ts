import { type FlagRule, flagsFile } from "../../watch/rule.ts";
import type { PolicyFolder } from "./folder.ts";
import type { Report } from "./problem.ts";
import { readSource } from "./source.ts";
import { parseYaml } from "./yaml-file.ts";

/** Whether there is a file of flags: told by the folder's list, so that one that cannot be read is a problem. */
function hasFlags(folder: PolicyFolder): boolean {
  const found = folder.list("");
  return "value" in found && found.value.includes("flags.yaml");
}

/**
 * Reads `flags.yaml` of a policy folder: rules of red flags, each of an id of its own. A folder of before there were any
 * has none; that is told, for nothing is looked for then.
 */
export function readFlags(folder: PolicyFolder, report: Report, warn: (line: string) => void): FlagRule[] {
  if (!hasFlags(folder)) {
    warn(`${folder.name}/flags.yaml: there is none, so no red flag is ever raised`);
    return [];
  }
  const source = readSource(folder, "flags.yaml", report);
  if (!source) return [];
  const { value, problem } = parseYaml(source, flagsFile, report);
  const flags = value?.flags ?? [];
  flags.forEach(({ id }, index) => {
    if (flags.findIndex((each) => each.id === id) < index)
      report(problem(["flags", index, "id"], "another flag has this id"));
  });
  return flags;
}
