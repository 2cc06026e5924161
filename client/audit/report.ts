import { chmodSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { eventsTable } from "../../functions/core/audit/columns.ts";
import { executionParameters, namedQueries, renderQuery } from "../../functions/core/audit/named-queries.ts";
import { CliError } from "../exit.ts";
import { type Target, type TargetOptions, targetOf } from "../target.ts";
import type { Answer, Question } from "./athena.ts";
import { type Ask, gather } from "./report/gather.ts";
import { readMonth } from "./report/month.ts";
import { reportPage } from "./report/page.ts";

const WORKGROUP = "latchkey";

type Options = TargetOptions & { month: string; out?: string; workgroup: string };

/** Answers as rows by column. */
const rowsOf = ({ columns, rows }: Answer) =>
  rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));

/** Asks named questions of Athena: with bound parameters, or where there are none, with typed literals in their place. */
function askerOf(
  askAthena: (question: Question, signal: AbortSignal) => Promise<Answer>,
  { isLocal }: Target,
  workgroup: string,
  signal: AbortSignal,
): Ask {
  return async (name, values) => {
    const query = namedQueries.find((each) => each.name === name);
    if (!query) throw new CliError(`There is no question ${name}.`);
    const question = isLocal
      ? { sql: renderQuery(name, values) }
      : { sql: query.forAthena, parameters: executionParameters(name, values) };
    return rowsOf(await askAthena({ ...question, database: eventsTable.database, workgroup }, signal));
  };
}

const progress = (done: number, of: number): void => {
  if (process.stderr.isTTY)
    process.stderr.write(`\r${done} of ${of} questions answered${done === of ? "\n" : ""}`);
};

/** Only its owner reads it: it names people, and what they did. */
export function save(path: string, page: string): void {
  try {
    // The mode is for a new file: one that is there keeps its own, so it is emptied, closed to others, and then written.
    writeFileSync(path, "", { mode: 0o600 });
    chmodSync(path, 0o600);
    writeFileSync(path, page);
  } catch (fault) {
    throw new CliError(`${path} cannot be written: ${(fault as Error).message}`);
  }
}

async function report(options: Options): Promise<void> {
  const now = Date.now();
  const month = readMonth(options.month, now);
  const target = targetOf(options);
  const out = options.out ?? `latchkey-${month.id}.html`;
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once("SIGINT", stop);
  const { askAthena, openAthena } = await import("./athena.ts");
  const client = openAthena(target);
  try {
    const ask = askerOf(
      (...asked) => askAthena(client, ...asked),
      target,
      options.workgroup,
      stopping.signal,
    );
    const page = reportPage(await gather(ask, month, progress), month, now);
    save(out, page);
    process.stdout.write(`${out}: ${month.name}${month.isOver ? "" : ", which is not over"}\n`);
  } finally {
    process.removeListener("SIGINT", stop);
    client.destroy();
  }
}

/** `audit report`: a month of the record as one page for auditors. */
export function addReport(audit: Command): void {
  const command = audit
    .command("report")
    .description("Write a month of the record as one HTML page, with plots, for auditors.")
    .requiredOption("--month <yyyy-mm>", "which month, in UTC; one that is not over is told so far")
    .option("--out <file>", "where to write it (default: latchkey-<month>.html)")
    .option("--workgroup <name>", "the Athena workgroup", WORKGROUP)
    .action(async () => report(command.optsWithGlobals<Options>()));
}
