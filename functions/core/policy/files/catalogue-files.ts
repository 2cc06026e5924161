import type * as z from "zod";
import { actionsFile, agentsFile, peopleFile, resourcesFile } from "../../catalogue.ts";
import type { PolicyFolder } from "./folder.ts";
import type { Report } from "./problem.ts";
import { readSource } from "./source.ts";
import { parseYaml, type YamlFile } from "./yaml-file.ts";

/** The catalogue's files; there may be none of actions. A file that cannot be read or is of the wrong shape is one without a value. */
export type CatalogueFiles = {
  agents: YamlFile<z.infer<typeof agentsFile>>;
  people: YamlFile<z.infer<typeof peopleFile>>;
  resources: YamlFile<z.infer<typeof resourcesFile>>;
  actions: YamlFile<z.infer<typeof actionsFile>>;
};

const absent = (file: string) => ({
  value: undefined,
  problem: (_: unknown, reason: string) => ({ file, line: 1, reason }),
});

/** Whether there is a file of actions: told by the folder's list, so that one that cannot be read is a problem. */
function hasActions(folder: PolicyFolder): boolean {
  const found = folder.list("catalogue");
  return "value" in found && found.value.includes("actions.yaml");
}

/** Reads `catalogue/*.yaml` of a policy folder. */
export function readCatalogue(folder: PolicyFolder, report: Report): CatalogueFiles {
  const read = <T>(file: string, schema: z.ZodType<T>): YamlFile<T> => {
    const source = readSource(folder, `catalogue/${file}`, report);
    return source ? parseYaml(source, schema, report) : absent(file);
  };
  return {
    agents: read("agents.yaml", agentsFile),
    people: read("people.yaml", peopleFile),
    resources: read("resources.yaml", resourcesFile),
    actions: hasActions(folder) ? read("actions.yaml", actionsFile) : absent("actions.yaml"),
  };
}
