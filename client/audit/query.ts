import { type Command, InvalidArgumentError, Option } from "commander";
import { eventsTable } from "../../functions/core/audit/columns.ts";
import {
  executionParameters,
  type NamedQuery,
  namedQueries,
  type QueryValues,
  renderQuery,
} from "../../functions/core/audit/named-queries.ts";
import { literal } from "../../functions/core/audit/queries/literal.ts";
import { momentOf } from "../moment.ts";
import { type TargetOptions, targetOf } from "../target.ts";
import type { Answer } from "./athena.ts";
import { asCsv, asJson, asTable } from "./format.ts";

const WORKGROUP = "latchkey";
const WIDE = 160;

const formats: Record<string, (answer: Answer) => string> = {
  table: (answer) => asTable(answer, process.stdout.columns ?? WIDE),
  csv: asCsv,
  json: asJson,
};

type Parameter = NamedQuery["parameters"][number];
const flagOf = ({ name }: Parameter): string => name.replaceAll("_", "-");

/** A value as it was typed, checked as the query will check it; a day alone is its first moment in UTC. */
const reader =
  ({ type }: Parameter) =>
  (given: string): string => {
    const value = type === "timestamp" ? momentOf(given) : given;
    try {
      literal(type, value);
    } catch (fault) {
      throw new InvalidArgumentError(`${JSON.stringify(given)} is ${(fault as Error).message}.`);
    }
    return value;
  };

type Options = TargetOptions & { format: string; workgroup: string; [parameter: string]: unknown };

async function ask({ name, parameters, forAthena }: NamedQuery, options: Options): Promise<void> {
  const { isLocal, sdk } = targetOf(options);
  const values: QueryValues = Object.fromEntries(
    parameters.map((parameter) => [parameter.name, String(options[camel(flagOf(parameter))] ?? "")]),
  );
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once("SIGINT", stop);
  const { askAthena, openAthena } = await import("./athena.ts");
  const client = openAthena({ sdk });
  try {
    const question = isLocal
      ? { sql: renderQuery(name, values) }
      : { sql: forAthena, parameters: executionParameters(name, values) };
    const answer = await askAthena(
      client,
      { ...question, database: eventsTable.database, workgroup: options.workgroup },
      stopping.signal,
    );
    process.stdout.write(formats[options.format]?.(answer) ?? "");
  } finally {
    process.removeListener("SIGINT", stop);
    client.destroy();
  }
}

const camel = (flag: string): string =>
  flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

function addOne(queries: Command, query: NamedQuery): void {
  const one = queries.command(query.name).description(query.summary);
  for (const parameter of query.parameters) {
    one.addOption(
      new Option(`--${flagOf(parameter)} <${parameter.type}>`, parameter.description)
        .argParser(reader(parameter))
        .makeOptionMandatory(),
    );
  }
  const columns = Object.entries(query.answers).map(([name, meaning]) => `  ${name}: ${meaning}`);
  one
    .addOption(new Option("--format <format>", "how to print").choices(Object.keys(formats)).default("table"))
    .option("--workgroup <name>", "the Athena workgroup", WORKGROUP)
    .addHelpText("after", `\nColumns:\n${columns.join("\n")}`)
    .action(async () => ask(query, one.optsWithGlobals<Options>()));
}

/** `audit query <name>`: each named query a command of its own, so that help and mistakes are about its parameters. */
export function addQuery(audit: Command): void {
  const queries = audit
    .command("query")
    .description("Ask one of the named questions; `audit queries` lists them.");
  for (const query of namedQueries) addOne(queries, query);
  // After the questions, which keep the help of their own: all of theirs would hide what was wrong here.
  queries.showHelpAfterError("`latchkey audit queries` lists the questions.");
}

/** `audit queries`: what can be asked. */
export function addQueries(audit: Command): void {
  audit
    .command("queries")
    .description("List the named questions and their parameters.")
    .action(() => {
      for (const query of namedQueries) {
        const flags = query.parameters
          .map((parameter) => `--${flagOf(parameter)} <${parameter.type}>`)
          .join(" ");
        process.stdout.write(`${query.name} ${flags}\n    ${query.summary}\n`);
      }
    });
}
