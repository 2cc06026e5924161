import { periodText } from "../record/period.ts";
import type { GrantUse, Verdict } from "./grant-use.ts";
import type { Proposed, UsageInsights } from "./insights.ts";
import type { Unused } from "./unused.ts";
import { dayOf, evidenceText, idleName, idleText, lessBy, proposalText, verdictWords } from "./words.ts";

const many = (value: number, one: string): string =>
  `${value.toLocaleString("en-GB")} ${one}${value === 1 ? "" : "s"}`;
const indented = (text: string): string => text.replace(/^(?=.)/gm, "    ").trimEnd();

export const countOf = (grants: readonly GrantUse[], verdict: Verdict): number =>
  grants.filter((each) => each.verdict === verdict).length;

function summary({ grants, asks, kinds, period, newest }: UsageInsights): string[] {
  const verdicts = (Object.keys(verdictWords) as Verdict[]).flatMap((verdict) => {
    const count = countOf(grants, verdict);
    return count > 0 ? [`  ${String(count).padStart(7)}  ${verdictWords[verdict]}`] : [];
  });
  const less = grants.filter((each) => lessBy(each).length > 0).length;
  const unseen = kinds.filter(({ since }) => since === undefined);
  return [
    `${many(asks, "ask")} ${periodText(period)}, of which ${many(grants.length, "grant")} became active; the record goes to ${new Date(newest).toISOString().slice(0, 16)}Z.`,
    ...verdicts,
    ...(less > 0 ? [`  ${String(less).padStart(7)}  of those used: for less than they were given`] : []),
    ...unseen.map(
      ({ kind, grants: count }) =>
        `Cannot tell of ${many(count, "grant")} of ${kind}: no call of that kind is on record.`,
    ),
  ];
}

function proposalLines({ proposal, change }: Proposed, index: number): string[] {
  return [
    `  ${index + 1}. ${proposalText(proposal)}`,
    `    ${evidenceText(proposal)}`,
    ...proposal.notes.map((note) => `    ${note}`),
    ...("problem" in change
      ? [
          `    No change of the policy is shown, because it would not load: ${change.problem.replaceAll("\n", " ")}`,
        ]
      : [
          ...(change.otherwise.length > 0
            ? [
                `    Cases that would be decided otherwise, to be changed with it: ${change.otherwise.join("; ")}`,
              ]
            : []),
          indented(change.patch),
          `    For git apply: --patch ${index + 1}`,
        ]),
  ];
}

const list = (title: string, unused: readonly Unused[], first: number): string[] =>
  unused.length === 0
    ? []
    : [title, ...unused.map((each) => `  ${idleName(each)}: ${idleText(each, first)}`)];

/** What was found, for a terminal. */
export function insightsText(insights: UsageInsights): string {
  const { proposals, idle, unusedDays, first, least } = insights;
  const none = `Nothing narrower is proposed: there is none, or not for ${least.grants} grants on ${least.days} days that were used to their end.`;
  return [
    ...summary(insights),
    "",
    ...(proposals.length === 0 ? [none] : ["Smaller asks that would have been enough:"]),
    ...proposals.flatMap(proposalLines),
    "",
    ...idle.notes,
    ...list(`Agents that have used nothing for ${unusedDays} days:`, idle.agents, first),
    ...list(`Resources and actions that nobody has used for ${unusedDays} days:`, idle.resources, first),
    ...list(`What agents may ask for and have not used for ${unusedDays} days:`, idle.permissions, first),
    `The record that was read begins on ${dayOf(first)}.`,
    "",
  ].join("\n");
}
