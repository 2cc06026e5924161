import type { Command } from "commander";
import { recordFrom } from "../../audit/source.ts";
import { CliError, exitCodes, told } from "../../exit.ts";
import { namedFolder } from "../../policy/named.ts";
import { withCedar } from "../../policy/with-cedar.ts";
import { openBar } from "../../progress.ts";
import type { TargetOptions } from "../../target.ts";
import { periodOf, periodText } from "../record/period.ts";
import { nothingAsked } from "../record/read.ts";
import { saveWhole } from "../save.ts";

type Options = TargetOptions & {
  events: string;
  since: string;
  until?: string;
  policy: string;
  unusedDays: string;
  leastGrants: string;
  leastDays: string;
  html?: string;
  csv?: string;
  patch?: string;
  json?: boolean;
};

function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new CliError(`${option} ${text} is no whole number from 1.`, exitCodes.usage);
}

async function usage(options: Options): Promise<void> {
  const now = Date.now();
  const period = periodOf(options, now);
  const unusedDays = wholeNumber("--unused-days", options.unusedDays);
  const least = {
    grants: wholeNumber("--least-grants", options.leastGrants),
    days: wholeNumber("--least-days", options.leastDays),
  };
  const folder = namedFolder(options.policy);
  const patch = options.patch === undefined ? undefined : wholeNumber("--patch", options.patch);
  const { readStories } = await import("./story.ts");
  const { usageInsights } = await import("./insights.ts");
  const { source } = await recordFrom(options.events, options);
  const bar = openBar();
  const stories = await readStories(source, period, ({ done, total }) =>
    bar.show({ done, total, text: "files of the record" }),
  ).finally(() => bar.close());
  if (stories.stories.length === 0) throw nothingAsked(periodText(period));
  const found = usageInsights({ stories, period, folder, least, unusedDays });
  if (patch !== undefined) {
    process.stdout.write((await import("./patch.ts")).patchAt(found, patch));
    return;
  }
  // Everything is made before anything is written: no file that looks whole and is not.
  const files: [path: string, text: string][] = [];
  if (options.html !== undefined)
    files.push([options.html, (await import("./page/page.ts")).usagePage(found, now)]);
  if (options.csv !== undefined) {
    const { asCsv } = await import("../../audit/format.ts");
    files.push([options.csv, asCsv((await import("./tables.ts")).grantTable(found.grants))]);
  }
  for (const [path, text] of files) saveWhole(path, text);
  if (options.json) process.stdout.write((await import("./json.ts")).insightsJson(found));
  else process.stdout.write(told((await import("./text.ts")).insightsText(found)));
  for (const [path] of files) console.error(`${path} written.`);
}

/** `insights usage`: what agents use of what they were granted, and what would have been enough. */
export function addUsage(insights: Command): void {
  insights
    .command("usage")
    .description(
      "What agents used of what they were granted, what would have been enough, and what nobody uses.",
    )
    .requiredOption("--events <folder|s3://…>", "the record: a copy of its bucket, or the bucket itself")
    .option("--since <when>", "asks from then on: 90d, 2026-01-01", "90d")
    .option("--until <when>", "asks before then (default: now)")
    .option("--policy <folder>", "the policy that proposals change", "policy")
    .option("--unused-days <n>", "what nobody has used for so many days is told", "30")
    .option("--least-grants <n>", "grants, used to their end, that a proposal rests on at least", "10")
    .option("--least-days <n>", "days that they are spread over at least", "14")
    .option("--patch <n>", "print only the change of that number, for git apply")
    .option("--html <file>", "all of it as one page")
    .option("--csv <file>", "each grant as a row, safe for spreadsheets")
    .option("--json", "all of it for a program, patches included")
    .action((_options, command: Command) => withCedar(() => usage(command.optsWithGlobals())));
}
