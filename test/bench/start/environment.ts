import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import { projectRoot } from "../../../local/paths.ts";

// Something that each kind of variable accepts: a name or number of seconds, an account, an address.
const CANDIDATES = ["900", "123456789012", "latchkey", "http://127.0.0.1/1"];

const envModule = z.object({ env: z.instanceof(z.ZodObject) });

/** A value for each variable that a function's own schema demands; for a performer, an action type that names it. */
export async function environmentFor(
  name: string,
  { catalogue }: PolicyBundle,
): Promise<Record<string, string>> {
  const [capability = name, performer] = name.split("/");
  const type = catalogue.actions?.find((each) => each.performer === performer);
  const file = pathToFileURL(join(projectRoot, "functions", capability, "env.ts")).href;
  const { env } = envModule.parse(await import(file));
  return Object.fromEntries(
    Object.entries(env.shape).map(([variable, schema]) => {
      if (variable === "ACTION_TYPE" && type) return [variable, type.id];
      const value = CANDIDATES.find((each) => z.safeParse(schema, each).success);
      if (value === undefined) throw new Error(`${name}: nothing known that ${variable} accepts`);
      return [variable, value];
    }),
  );
}
