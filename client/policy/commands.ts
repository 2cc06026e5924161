import type { Command } from "commander";
import type { PolicyFolder } from "../../functions/core/policy/files/folder.ts";
import { CliError, exitCodes, told } from "../exit.ts";
import { addReplay } from "../learn/replay/commands.ts";
import type { Report } from "../learn/replay/report.ts";
import type { TargetOptions } from "../target.ts";
import { folderAt } from "./folder.ts";
import type { Said } from "./report.ts";
import { summary } from "./summary.ts";
import { withCedar } from "./with-cedar.ts";

type Options = { dir: string };

/** Prints what is right; what is wrong is an error, told in its own lines. */
function say({ ok, lines }: Said): void {
  const text = lines.join("\n");
  if (!ok) throw new CliError(text);
  console.log(told(text));
}

type DiffOptions = Options &
  TargetOptions & {
    against: string;
    json?: boolean;
    events?: string;
    since?: string;
    until?: string;
    jobs?: string;
    workgroup?: string;
  };

/** Refuses what says something of a record where none is named. */
function checkAlone({ since, until, jobs, workgroup, local, localFile, as }: DiffOptions): void {
  const given = { since, until, jobs, workgroup, local, "local-file": localFile, as };
  const [first] = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (first !== undefined)
    throw new CliError(`--${first} is about a record: name it with --events.`, exitCodes.usage);
}

/** What the asks of a record would have been, by both policies. */
async function recordOf({ dir, events, ...options }: DiffOptions): Promise<Report | undefined> {
  if (events === undefined) return undefined;
  const { replayed } = await import("../learn/replay/commands.ts");
  const { since = "30d", workgroup = "latchkey" } = options;
  return replayed({ ...options, since, workgroup, events, policy: dir, examples: "3" });
}

/** Prints a comparison. That something is decided otherwise is an exit code of its own, for a pipeline to act upon. */
async function diff(options: DiffOptions): Promise<void> {
  const { compareWith } = await import("./compare.ts");
  const { differenceMarkdown } = await import("./markdown.ts");
  const { sentenceOf } = await import("../learn/replay/text.ts");
  if (options.events === undefined) checkAlone(options);
  const compared = compareWith(options.dir, options.against);
  const record = await recordOf(options);
  const all = record ? { ...compared, record } : compared;
  console.log(options.json ? JSON.stringify(all, null, 2) : differenceMarkdown(compared, record));
  const said = [
    ...(compared.otherwise.length > 0 ? [summary(compared)] : []),
    ...(record && record.otherwise > 0 ? [`Of the record: ${sentenceOf(record)}`] : []),
  ];
  if (said.length > 0) throw new CliError(said.join(" "), exitCodes.changed);
}

/** What a command does with the folder that its line names. */
const on = (work: (folder: PolicyFolder, ...words: string[]) => Promise<Said>) =>
  async function (this: Command, ...given: unknown[]): Promise<void> {
    const { dir } = this.optsWithGlobals<Options>();
    const words = given.filter((each) => typeof each === "string");
    say(await withCedar(() => work(folderAt(dir), ...words)));
  };

/** The commands of `latchkey policy`. Cedar, which decides, is loaded when one runs: their help does without. */
export function addPolicy(policy: Command): void {
  policy
    .command("check")
    .description("load and check every file of the policy, and say its version")
    .action(on(async (folder) => (await import("./report.ts")).checkPolicy(folder)));
  policy
    .command("test")
    .description("try every case of cases/ and risk-cases.yaml")
    .action(on(async (folder) => (await import("./report.ts")).testPolicy(folder)));
  policy
    .command("explain <case>")
    .description("tell how one case is decided, by its name or a part of it")
    .action(on(async (folder, name = "") => (await import("./explain.ts")).explain(folder, name)));
  policy
    .command("coverage")
    .description("list the cases for and against each rule")
    .action(on(async (folder) => (await import("./report.ts")).coverage(folder)));
  policy
    .command("diff")
    .description("tell which cases a change of the policy decides otherwise, as a comment in Markdown")
    .requiredOption(
      "--against <commit|folder>",
      "the policy before: a commit of this repository, or a folder as ./… or /…",
    )
    .option("--json", "every answer of both, for a program")
    .option(
      "--events <folder|s3://bucket|athena>",
      "decide the asks of this record by both too, and tell which would have been otherwise",
    )
    .option("--since <time>", "with --events: asked from then on: 7d, 2026-01-01 (default: 30d)")
    .option("--until <time>", "with --events: asked before then (else: now)")
    .option("--jobs <n>", "with --events: how many cores to use (else: all)")
    .option("--workgroup <name>", "with athena: the workgroup (default: latchkey)")
    .option("--local", "the local AWS, as npm run local wrote it down in .latchkey/local.json")
    .option("--local-file <file>", "the same, by another file")
    .option("--as <identity>", "with --local: which of its identities asks (default: colin)")
    .action((_options, command: Command) => withCedar(() => diff(command.optsWithGlobals())));
  addReplay(policy, withCedar);
}
