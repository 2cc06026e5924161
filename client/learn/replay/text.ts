import { durationInWords } from "../../../functions/core/time.ts";
import { told } from "../../exit.ts";
import { type Answer, type Change, changes } from "./answer.ts";
import type { Group, Report } from "./report.ts";

export const asksText = (count: number): string =>
  `${count.toLocaleString("en-GB")} ask${count === 1 ? "" : "s"}`;

/** What a replay has found, in one sentence. */
export function sentenceOf({ asks, otherwise, undecidable }: Report): string {
  const found =
    otherwise === 0
      ? `None of ${asksText(asks)} would be decided otherwise`
      : `${otherwise.toLocaleString("en-GB")} of ${asksText(asks)} would be decided otherwise`;
  return undecidable === 0
    ? `${found}.`
    : `${found}; ${asksText(undecidable)} cannot be decided: the record lacks what a rule needs.`;
}

/** Of which asks it is not compared how people are asked, in one sentence; nothing where it is of all. */
export const mannerText = ({ mannerNotCompared: asks }: Report): string[] =>
  asks === 0
    ? []
    : [
        `How people are asked (signed only, without the agent's team, by when, and whom else then) is not on record, and of ${asksText(asks)} not compared.`,
      ];

const stageText = ({ group, quorum, manner }: Answer["stages"][number], isHowTold: boolean): string => {
  const { within, escalateTo, exclude, channel } = manner ?? {};
  const how = [
    ...(within === undefined ? [] : [`within ${durationInWords(within)}`]),
    ...(escalateTo === undefined ? [] : [`then also ${escalateTo}`]),
    ...(exclude === undefined ? [] : ["not of the agent's team"]),
    ...(channel === undefined ? [] : ["signed"]),
  ];
  return `${quorum} of ${group}${isHowTold && how.length > 0 ? ` (${how.join(", ")})` : ""}`;
};

/** What two answers are, in a few words each; how people are asked only where it is that in which they differ. */
export const answerTexts = ({ before, after, change }: Report["examples"][number]) =>
  [before, after].map((each) => answerText(each, change === "other_manner")) as [string, string];

function answerText(
  { outcome, reason, stages, capSeconds, brokenGlass }: Answer,
  isHowTold: boolean,
): string {
  const cap = capSeconds === undefined ? "" : `, at most ${durationInWords(capSeconds)}`;
  if (outcome === "cannot_be_asked") return `cannot be asked (${reason})`;
  if (outcome === "deny") return "denied";
  if (outcome === "allow") return `${brokenGlass ? "allowed by breaking the glass" : "allowed"}${cap}`;
  return `asks ${stages.map((stage) => stageText(stage, isHowTold)).join(", then ")}${cap}`;
}

const countsText = (counts: Group["changes"]): string =>
  (Object.entries(counts) as [Change, number][])
    .map(([change, count]) => `${changes[change]} ${count}`)
    .join(", ");

/** Columns of text, each as wide as it needs. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) =>
    Math.max(...rows.map((row) => [...(row[index] ?? "")].length)),
  );
  return rows.map((row) =>
    `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ")}`.trimEnd(),
  );
}

const section = (title: string, rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0 ? [] : ["", title, ...columns(rows)];

const groupRows = (groups: readonly Group[]) =>
  groups.map(({ id, asks, changes: counts }) => [id, asksText(asks), countsText(counts)]);

const version = (text: string): string => text.slice(0, "sha256:".length + 12);

/** A report for a terminal. What agents and policies call things is shown without what a terminal acts on. */
export function reportText(report: Report): string {
  const { period, policy, against, examples, open, onTrial } = report;
  const compared = against ? `${against.name} (${version(against.version)})` : "what was decided";
  const lines = [
    sentenceOf(report),
    `Asked ${period.from.slice(0, 16)} to ${period.until.slice(0, 16)} UTC; ${policy.name} (${version(policy.version)}) compared with ${compared}.`,
    ...mannerText(report),
    ...section(
      "Decided otherwise",
      (Object.entries(report.changes) as [Change, number][]).map(([change, count]) => [
        changes[change],
        asksText(count),
      ]),
    ),
    ...section("By rule", groupRows(report.byRule)),
    ...section("By agent", groupRows(report.byAgent)),
    ...section(
      "Examples",
      examples.map((each) => [
        each.id,
        `${each.agent}: ${each.access} ${each.resource}`,
        answerTexts(each).join(" → "),
        each.rules.join(", "),
      ]),
    ),
    ...section(
      "Cannot be decided",
      open.map(({ asks, facts, rules, first }) => [
        asksText(asks),
        `not on record: ${facts.join(", ")}`,
        rules.length > 0 ? `needed by ${rules.join(", ")}` : "needed by the decision itself",
        `for example ${first}`,
      ]),
    ),
    ...section(
      "Rules on trial, as they were noted then",
      onTrial.map(({ rule, deny, ask, allow, error }) => [
        rule,
        `would have denied ${deny}, asked people ${ask}, allowed ${allow}${error > 0 ? `, failed ${error}` : ""}`,
      ]),
    ),
  ];
  return told(lines.map((line) => line.replaceAll("\n", " ")).join("\n"));
}
