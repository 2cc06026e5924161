#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { addCredentials } from "./commands/credentials.ts";
import { addRun } from "./commands/run.ts";
import { addStatus } from "./commands/status.ts";
import { exitCodeOf, exitCodes, told } from "./exit.ts";
import { lazily, loadGroup } from "./lazy.ts";
import { nowhereToAsk } from "./nowhere.ts";
import { addPolicy } from "./policy/policy.ts";

/** The commands, one file each; a file adds its own to the group that it belongs to. */
export function program(): Command {
  const latchkey = new Command("latchkey")
    .description("Just-in-time access for AI agents.")
    .showHelpAfterError("Add --help to see what there is.")
    .exitOverride()
    .hook("preSubcommand", (_latchkey, group) => loadGroup(group));
  const audit = latchkey
    .command("audit")
    .description("Ask the record, and prove that it is whole.")
    .option("--local", "the local AWS, as npm run local wrote it down in .latchkey/local.json")
    .option("--local-file <file>", "the same, by another file")
    .option("--as <identity>", "with --local: which of its identities asks (default: colin)");
  lazily(audit, async () => (await import("./audit/commands.ts")).addAudit);
  addCredentials(latchkey);
  addRun(latchkey);
  addStatus(latchkey);
  addPolicy(latchkey);
  return latchkey;
}

/** Runs one command line; the exit code. What went wrong is one sentence on stderr. */
async function main(argv: readonly string[]): Promise<number> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  try {
    await program().parseAsync(asHelpOption(argv));
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    console.error(told(error instanceof Error ? (nowhereToAsk(error) ?? error.message) : String(error)));
    if (wantsCause(argv)) console.error(told(causes(error)));
    return exitCodeOf(error);
  }
}

/** `help audit` is `audit --help`, which loads what there is to tell of. */
const asHelpOption = (argv: readonly string[]): readonly string[] =>
  argv[2] === "help" && argv.length > 3 ? [...argv.slice(0, 2), ...argv.slice(3), "--help"] : argv;

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
