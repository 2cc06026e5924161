import { join } from "node:path";
import type * as z from "zod";
import { agentsFile, peopleFile, resourcesFile } from "../../functions/core/catalogue.ts";
import type { Report } from "./problem.ts";
import { readSource } from "./source.ts";
import { parseYaml, type YamlFile } from "./yaml-file.ts";

/** The three catalogue files. A file that cannot be read or is of the wrong shape is one without a value. */
export type CatalogueFiles = {
  agents: YamlFile<z.infer<typeof agentsFile>>;
  people: YamlFile<z.infer<typeof peopleFile>>;
  resources: YamlFile<z.infer<typeof resourcesFile>>;
};

/** Reads `catalogue/*.yaml` of a policy folder; `name` is the folder's own name, for problems. */
export function readCatalogue(dir: string, name: string, report: Report): CatalogueFiles {
  const read = <T>(file: string, schema: z.ZodType<T>): YamlFile<T> => {
    const source = readSource(join(dir, "catalogue", file), `${name}/catalogue/${file}`, report);
    if (source) return parseYaml(source, schema, report);
    return { value: undefined, problem: (_, reason) => ({ file, line: 1, reason }) };
  };
  return {
    agents: read("agents.yaml", agentsFile),
    people: read("people.yaml", peopleFile),
    resources: read("resources.yaml", resourcesFile),
  };
}
