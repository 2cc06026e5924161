import { type RiskPolicy, riskPolicy } from "../risk.ts";
import type { CatalogueFiles } from "./catalogue-files.ts";
import type { PolicyFolder } from "./folder.ts";
import type { Report } from "./problem.ts";
import { readSource } from "./source.ts";
import { parseYaml } from "./yaml-file.ts";

/** Reads `risk.yaml` of a policy folder. A tag that no resource has weighs nothing: its name is misspelt. */
export function readRisk(
  folder: PolicyFolder,
  { resources, actions }: CatalogueFiles,
  report: Report,
): RiskPolicy | undefined {
  const source = readSource(folder, "risk.yaml", report);
  if (!source) return undefined;
  const { value, problem } = parseYaml(source, riskPolicy, report);
  const ofActions = (actions.value?.actions ?? []).flatMap((type) => type.tags);
  const tags = resources.value && [...resources.value.resources.flatMap(({ tags }) => tags), ...ofActions];
  for (const tag of Object.keys(value?.factors.tags ?? {})) {
    if (tags && !tags.includes(tag))
      report(problem(["factors", "tags", tag], `no resource has the tag ${tag}`));
  }
  return value;
}
