import type { Command } from "commander";
import type { PolicyFolder } from "../../functions/core/policy/files/folder.ts";
import { CliError, exitCodes, told } from "../exit.ts";
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

type DiffOptions = Options & { against: string; json?: boolean };

/** Prints a comparison. That something is decided otherwise is an exit code of its own, for a pipeline to act upon. */
async function diff({ dir, against, json }: DiffOptions): Promise<void> {
  const { compareWith } = await import("./compare.ts");
  const { differenceMarkdown } = await import("./markdown.ts");
  const compared = compareWith(dir, against);
  console.log(json ? JSON.stringify(compared, null, 2) : differenceMarkdown(compared));
  if (compared.otherwise.length > 0) throw new CliError(summary(compared), exitCodes.changed);
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
    .action((_options, command: Command) => withCedar(() => diff(command.optsWithGlobals())));
}
