import type { Command } from "commander";
import { CliError, exitCodes } from "../../exit.ts";
import { folderAt } from "../../policy/folder.ts";
import type { TargetOptions } from "../../target.ts";
import { periodOf } from "../record/period.ts";
import type { Report } from "./report.ts";

type Options = TargetOptions & {
  policy?: string;
  events: string;
  since: string;
  until?: string;
  against?: string;
  agent?: string;
  rule?: string;
  examples: string;
  html?: string;
  json?: boolean;
  jobs?: string;
  strict?: boolean;
  workgroup: string;
};

/** A whole number of an option, within bounds. */
function wholeOf(option: string, text: string, { from, to }: { from: number; to: number }): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw new CliError(`${option} ${text}: write a number from ${from} to ${to}.`, exitCodes.usage);
}

async function policiesOf({ policy = "policy", against }: Options) {
  const { loaded, policyBefore } = await import("../../policy/compare.ts");
  const side = (folder: ReturnType<typeof folderAt>, which: "before" | "after") => {
    const { bundle } = loaded(folder, which).deps;
    return { name: folder.name, version: bundle.version, bundle };
  };
  return {
    policy: side(folderAt(policy), "after"),
    ...(against === undefined ? {} : { against: side(policyBefore(policy, against), "before") }),
  };
}

/** What the options ask for: a record decided again. */
export async function replayed(options: Options): Promise<Report> {
  const asked = {
    ...options,
    period: periodOf(options, Date.now()),
    examples: wholeOf("--examples", options.examples, { from: 0, to: 1000 }),
    jobs: options.jobs === undefined ? undefined : wholeOf("--jobs", options.jobs, { from: 1, to: 64 }),
  };
  const policies = await policiesOf(options);
  const { replayRecord } = await import("./run.ts");
  return replayRecord(policies, asked);
}

async function replay({ dir, policy = dir, ...options }: Options & { dir: string }): Promise<void> {
  const report = await replayed({ ...options, policy });
  const { reportText, sentenceOf } = await import("./text.ts");
  if (options.html !== undefined) {
    const { replayPage } = await import("./page.ts");
    const { saveWhole } = await import("../save.ts");
    saveWhole(options.html, replayPage(report, Date.now()));
  }
  console.log(options.json ? JSON.stringify(report, null, 2) : reportText(report));
  if (options.html !== undefined) console.error(`${options.html} is written.`);
  if (report.otherwise > 0 || (options.strict && report.undecidable > 0))
    throw new CliError(sentenceOf(report), exitCodes.changed);
  if (report.undecidable > 0) console.error(`warning: ${sentenceOf(report)}`);
}

/** `latchkey policy replay`. */
export function addReplay(policy: Command, run: (work: () => Promise<void>) => Promise<void>): void {
  policy
    .command("replay")
    .description("decide every recorded ask again, and tell which would be decided otherwise")
    .option("--policy <folder>", "the policy to decide by (else --dir)")
    .requiredOption(
      "--events <folder|s3://bucket|athena>",
      "the record: a copy of its bucket, the bucket, or Athena",
    )
    .option("--since <time>", "asked from then on: 30d, 2026-01-01", "30d")
    .option("--until <time>", "asked before then (else: now)")
    .option("--against <commit|folder>", "compare with another policy instead of with what was decided")
    .option("--agent <id>", "only what this agent asked for")
    .option("--rule <id>", "only where this rule has, or would have, a part")
    .option("--examples <n>", "how many of each kind to show", "3")
    .option("--html <file>", "write it as a page too, with plots")
    .option("--json", "all of it, for a program")
    .option("--jobs <n>", "how many cores to use (else: all)")
    .option("--strict", "end with 79 also where asks cannot be decided")
    .option("--workgroup <name>", "with athena: the workgroup", "latchkey")
    .option("--local", "the local AWS, as npm run local wrote it down in .latchkey/local.json")
    .option("--local-file <file>", "the same, by another file")
    .option("--as <identity>", "with --local: which of its identities asks (default: colin)")
    .action((_options, command: Command) =>
      run(() => replay(command.optsWithGlobals<Options & { dir: string }>())),
    );
}
