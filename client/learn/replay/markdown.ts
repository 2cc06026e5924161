import { code } from "../../policy/code.ts";
import { type Change, changes } from "./answer.ts";
import type { Group, Report } from "./report.ts";
import { answerTexts, asksText, mannerText, sentenceOf } from "./text.ts";

const DAY_MS = 86_400_000;
/** A comment has room for so many rows; the command itself tells all. */
const MOST_ROWS = 12;
const MOST_EXAMPLES = 10;

const countsText = (counts: Group["changes"]): string =>
  (Object.entries(counts) as [Change, number][])
    .map(([change, count]) => `${changes[change]}: ${count}`)
    .join("<br>");

const groupRows = (kind: string, groups: readonly Group[]): string[] =>
  groups
    .slice(0, MOST_ROWS)
    .map(
      ({ id, asks, changes: counts, first }) =>
        `| ${kind} ${code(id)} | ${asks} | ${countsText(counts)} | ${code(first)} |`,
    );

/** The days of a report, as people say them. */
function daysText({ period }: Report): string {
  const days = Math.ceil((Date.parse(period.until) - Date.parse(period.from)) / DAY_MS);
  return days === 1 ? "last day" : `last ${days} days`;
}

/** What recorded asks would have been, as a section of the comment on a change; texts of others are code in it. */
export function recordMarkdown(report: Report): string[] {
  const { byRule, byAgent, examples, open, period } = report;
  const left =
    byRule.length + byAgent.length - Math.min(byRule.length, MOST_ROWS) - Math.min(byAgent.length, MOST_ROWS);
  return [
    "",
    `### What the ${daysText(report)} would have been`,
    "",
    `${sentenceOf(report)} Asked from ${period.from.slice(0, 10)} to ${period.until.slice(0, 10)} (UTC).`,
    ...mannerText(report),
    "",
    ...(byRule.length === 0
      ? []
      : [
          "| of | asks | how | for example |",
          "|---|---|---|---|",
          ...groupRows("rule", byRule),
          ...groupRows("agent", byAgent),
          "",
          ...(left > 0 ? [`${left} more do not fit here: run the command yourself.`, ""] : []),
          "| grant | agent | access | resource | before → after |",
          "|---|---|---|---|---|",
          ...examples.slice(0, MOST_EXAMPLES).map((each) => {
            const { id, agent, access, resource } = each;
            return `| ${[id, agent, access, resource].map(code).join(" | ")} | ${code(answerTexts(each).join(" → "))} |`;
          }),
          "",
        ]),
    ...open
      .slice(0, MOST_ROWS)
      .map(
        ({ asks, facts, rules }) =>
          `- ${asksText(asks)} cannot be decided: ${facts.map(code).join(", ")} not on record, needed by ${rules.map(code).join(", ") || "the decision itself"}.`,
      ),
  ];
}
