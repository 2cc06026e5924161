import type * as z from "zod";
import { agentsFile, peopleFile, resourcesFile } from "../../catalogue.ts";
import type { PolicyFolder } from "./folder.ts";
import type { Report } from "./problem.ts";
import { readSource } from "./source.ts";
import { parseYaml, type YamlFile } from "./yaml-file.ts";

/** The three catalogue files. A file that cannot be read or is of the wrong shape is one without a value. */
export type CatalogueFiles = {
  agents: YamlFile<z.infer<typeof agentsFile>>;
  people: YamlFile<z.infer<typeof peopleFile>>;
  resources: YamlFile<z.infer<typeof resourcesFile>>;
};

/** Reads `catalogue/*.yaml` of a policy folder. */
export function readCatalogue(folder: PolicyFolder, report: Report): CatalogueFiles {
  const read = <T>(file: string, schema: z.ZodType<T>): YamlFile<T> => {
    const source = readSource(folder, `catalogue/${file}`, report);
    if (source) return parseYaml(source, schema, report);
    return { value: undefined, problem: (_, reason) => ({ file, line: 1, reason }) };
  };
  return {
    agents: read("agents.yaml", agentsFile),
    people: read("people.yaml", peopleFile),
    resources: read("resources.yaml", resourcesFile),
  };
}
