import { statSync } from "node:fs";
import { recordFrom } from "../../audit/source.ts";
import { CliError, exitCodes } from "../../exit.ts";
import { folderAt } from "../../policy/folder.ts";
import { openBar } from "../../progress.ts";
import { print } from "../../show/output.ts";
import type { TargetOptions } from "../../target.ts";
import { numbered } from "../numbered.ts";
import { type Period, periodOf, periodText } from "../record/period.ts";
import { nothingAsked } from "../record/read.ts";
import { saveWhole } from "../save.ts";
import { approvalInsights, type PolicyAtHand, policyAt } from "./insights.ts";
import { insightLines } from "./lines.ts";
import { approvalInsightsPage } from "./page.ts";
import type { Proposal } from "./proposal.ts";
import { type Thresholds, USUAL } from "./thresholds.ts";
import { readTold } from "./told.ts";

export type Options = TargetOptions & {
  events: string;
  since: string;
  until?: string;
  policy?: string;
  html?: string;
  json?: boolean;
  patch?: string;
  leastAsks?: string;
  leastDays?: string;
  leastUnused?: string;
  leastRejected?: string;
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** The policy that was named, or the folder `policy` where there is one here. */
export function policyNamed(named: string | undefined): PolicyAtHand | undefined {
  if (named !== undefined && !isFolder(named))
    throw new CliError(`There is no policy folder ${named}: name it with --policy.`, exitCodes.usage);
  const dir = named ?? "policy";
  return isFolder(dir) ? policyAt(folderAt(dir)) : undefined;
}

function numberOf(option: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new CliError(`${option} ${text} is no whole number from 1.`, exitCodes.usage);
  return Number(text);
}

const thresholdsOf = (options: Options): Partial<Thresholds> => ({
  asks: numberOf("--least-asks", options.leastAsks, USUAL.asks),
  days: numberOf("--least-days", options.leastDays, USUAL.days),
  unused: numberOf("--least-unused", options.leastUnused, USUAL.unused),
  rejected: numberOf("--least-rejected", options.leastRejected, USUAL.rejected),
});

async function toldIn(options: Options, period: Period) {
  const { source } = await recordFrom(options.events, options);
  const bar = openBar();
  try {
    return await readTold(source, period, ({ done, total }) =>
      bar.show({ done, total, text: `${done} of ${total} files read` }),
    );
  } finally {
    bar.close();
  }
}

/** The patch of a number, as they are numbered for people. */
function patchIn(proposals: readonly Proposal[] | undefined, number: number): string {
  if (!proposals)
    throw new CliError(
      "There is no policy folder policy to propose changes of: name it with --policy.",
      exitCodes.usage,
    );
  return numbered(proposals, number).patch;
}

/** `insights approvals`: reads, looks, and says what it found. Nothing is written before all of it is known. */
export async function insightsHere(options: Options, now: number): Promise<void> {
  const period = periodOf(options, now);
  const thresholds = thresholdsOf(options);
  const patch = options.patch === undefined ? undefined : numberOf("--patch", options.patch, 1);
  const grants = await toldIn(options, period);
  if (grants.length === 0) throw nothingAsked(periodText(period));
  const policy = policyNamed(options.policy);
  const found = approvalInsights(grants, policy, thresholds);
  if (patch !== undefined) {
    process.stdout.write(patchIn(found.proposals, patch));
    return;
  }
  if (options.html !== undefined) saveWhole(options.html, approvalInsightsPage(found, period, now));
  print(options.json, { period, ...found }, () => insightLines(found, period));
}
