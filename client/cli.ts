#!/usr/bin/env node
import { existsSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command, CommanderError, Help, type Option } from "commander";
import { addAction } from "./commands/action.ts";
import { addApprove, addReject } from "./commands/approve.ts";
import { addCatalogue } from "./commands/catalogue.ts";
import { addCompletion } from "./commands/completion.ts";
import { addCredentials } from "./commands/credentials.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addExtend } from "./commands/extend.ts";
import { addInbox } from "./commands/inbox.ts";
import { addList } from "./commands/list.ts";
import { addLockdown } from "./commands/lockdown.ts";
import { addMcp } from "./commands/mcp.ts";
import { addRead } from "./commands/read.ts";
import { addRelease } from "./commands/release.ts";
import { addRequest } from "./commands/request.ts";
import { addResend } from "./commands/resend.ts";
import { addReview } from "./commands/review.ts";
import { addRevoke } from "./commands/revoke.ts";
import { addRun } from "./commands/run.ts";
import { addStatus } from "./commands/status.ts";
import { LatchkeyError } from "./errors.ts";
import { exitCodeOf, exitCodes, inLine, told } from "./exit.ts";
import { lazily, loadGroup } from "./lazy.ts";
import { addExplain } from "./learn/explain/commands.ts";
import { nowhereToAsk } from "./nowhere.ts";
import { version } from "./version.ts";

/** The commands, one file each; a file adds its own to the group that it belongs to. */
export function program(): Command {
  const latchkey = new Command("latchkey")
    .description("Just-in-time access for AI agents.")
    .version(version, "--version", "say which release this is")
    .showHelpAfterError("Add --help to see what there is.")
    .exitOverride()
    .configureHelp({ optionDescription })
    .hook("preSubcommand", (_latchkey, group) => loadGroup(group));
  addCatalogue(latchkey);
  addRequest(latchkey);
  addAction(latchkey);
  addStatus(latchkey);
  addList(latchkey);
  addExtend(latchkey);
  addRelease(latchkey);
  addCredentials(latchkey);
  addRead(latchkey);
  addRun(latchkey);
  addMcp(latchkey);
  addInbox(latchkey);
  addApprove(latchkey);
  addReject(latchkey);
  addResend(latchkey);
  addReview(latchkey);
  addRevoke(latchkey);
  addLockdown(latchkey);
  const audit = latchkey
    .command("audit")
    .description("Ask the record, and prove that it is whole.")
    .option("--local", "the local AWS, as npm run local wrote it down in .latchkey/local.json")
    .option("--local-file <file>", "the same, by another file")
    .option("--as <identity>", "with --local: which of its identities asks (default: colin)");
  lazily(audit, async () => (await import("./audit/commands.ts")).addAudit);
  const policy = latchkey
    .command("policy")
    .description("Check the policy, try its cases, and see what a change would decide otherwise.")
    .option("--dir <folder>", "the policy folder", "policy");
  lazily(policy, async () => (await import("./policy/commands.ts")).addPolicy);
  const insights = latchkey
    .command("insights")
    .description("What the record tells of habits, and what of the policy could be adjusted.")
    .option("--local", "the local AWS, as npm run local wrote it down in .latchkey/local.json")
    .option("--local-file <file>", "the same, by another file")
    .option("--as <identity>", "with --local: which of its identities asks (default: colin)");
  lazily(insights, async () => (await import("./learn/insights.ts")).addInsights);
  addExplain(latchkey);
  addDoctor(latchkey);
  addCompletion(latchkey);
  return latchkey;
}

/** As Commander has it, but with a default as one would type it. */
const optionDescription = (option: Option): string =>
  new Help().optionDescription(option).replace(/\(default: "(.*)"\)$/, "(default: $1)");

/** Runs one command line; the exit code. What went wrong is one sentence on stderr. */
export async function main(argv: readonly string[]): Promise<number> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  try {
    await program().parseAsync(asHelpOption(argv));
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof LatchkeyError && isSaid("--json", argv))
      process.stdout.write((await import("./show/fault.ts")).faultJson(error));
    console.error(sentenceOf(error));
    if (error instanceof LatchkeyError)
      for (const hint of error.hints) console.error(told(hint).replaceAll("\n", " "));
    if (process.env.LATCHKEY_DEBUG || isSaid("--debug", argv)) console.error(told(causes(error)));
    return exitCodeOf(error);
  }
}

/** `help audit` is `audit --help`, which loads what there is to tell of. */
const asHelpOption = (argv: readonly string[]): readonly string[] =>
  argv[2] === "help" && argv.length > 3 ? [...argv.slice(0, 2), ...argv.slice(3), "--help"] : argv;

/** Whether an option was given, before any `--`, after which the words are another command's. */
const isSaid = (option: string, argv: readonly string[]): boolean =>
  argv.slice(0, argv.includes("--") ? argv.indexOf("--") : undefined).includes(option);

/** What went wrong, for people. A sentence of ours may quote the broker's, and people's. */
function sentenceOf(error: unknown): string {
  if (error instanceof LatchkeyError) return inLine(error.message);
  return told(error instanceof Error ? (nowhereToAsk(error) ?? error.message) : String(error));
}

/** The stacks of an error and of what caused it. */
function causes(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return [error.stack ?? error.message, causes(error.cause)]
    .filter((text) => text !== "")
    .join("\nbecause of ");
}

/** True where this file is what was started, by its own name or a link's, and not read by a test. */
function isStarted(): boolean {
  const [, started] = process.argv;
  return (
    started !== undefined &&
    existsSync(started) &&
    realpathSync(started) === realpathSync(fileURLToPath(import.meta.url))
  );
}

if (isStarted()) {
  // `| head` has read enough: no fault of anybody. What the command found, its exit code says all the same.
  process.stdout.on("error", (fault: NodeJS.ErrnoException) => {
    if (fault.code !== "EPIPE") throw fault;
  });
  // Nobody is there to be told any more, as when a terminal is closed: what is under way is still given back.
  process.stderr.on("error", () => undefined);
  process.exitCode = await main(process.argv);
}
