#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { addBackfill } from "./audit/backfill.ts";
import { addOcsf } from "./audit/ocsf.ts";
import { addProve } from "./audit/prove.ts";
import { addQueries, addQuery } from "./audit/query.ts";
import { addReport } from "./audit/report.ts";
import { addVerify } from "./audit/verify.ts";
import { addCredentials } from "./commands/credentials.ts";
import { addStatus } from "./commands/status.ts";
import { exitCodeOf, exitCodes, told } from "./exit.ts";
import { nowhereToAsk } from "./target.ts";

/** The commands, one file each; a file adds its own to the group that it belongs to. */
export function program(): Command {
  const latchkey = new Command("latchkey")
    .description("Just-in-time access for AI agents.")
    .showHelpAfterError()
    .exitOverride();
  const audit = latchkey
    .command("audit")
    .description("Ask the record, and prove that it is whole.")
    .option("--local", "the local AWS, as npm run local wrote it down in .latchkey/local.json")
    .option("--local-file <file>", "the same, by another file")
    .option("--as <identity>", "with --local: which of its identities asks (default: colin)");
  addQuery(audit);
  addQueries(audit);
  addOcsf(audit);
  addVerify(audit);
  addProve(audit);
  addBackfill(audit);
  addReport(audit);
  addCredentials(latchkey);
  addStatus(latchkey);
  return latchkey;
}

/** Runs one command line; the exit code. What went wrong is one sentence on stderr. */
async function main(argv: readonly string[]): Promise<number> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  try {
    await program().parseAsync(argv);
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    console.error(told(error instanceof Error ? (nowhereToAsk(error) ?? error.message) : String(error)));
    if (wantsCause(argv)) console.error(told(causes(error)));
    return exitCodeOf(error);
  }
}

/** `--debug` before any `--`, after which the words are another command's; or LATCHKEY_DEBUG. */
const wantsCause = (argv: readonly string[]): boolean =>
  Boolean(process.env.LATCHKEY_DEBUG) ||
  argv.slice(0, argv.includes("--") ? argv.indexOf("--") : undefined).includes("--debug");

/** The stacks of an error and of what caused it. */
function causes(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return [error.stack ?? error.message, causes(error.cause)]
    .filter((text) => text !== "")
    .join("\nbecause of ");
}

// `| head` has read enough: no fault of anybody. What the command found, its exit code says all the same.
process.stdout.on("error", (fault: NodeJS.ErrnoException) => {
  if (fault.code !== "EPIPE") throw fault;
});
process.exitCode = await main(process.argv);
