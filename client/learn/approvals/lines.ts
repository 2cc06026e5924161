import { took } from "../../page/words.ts";
import { tableOf } from "../../show/table.ts";
import { type Period, periodText } from "../record/period.ts";
import type { OfParts } from "./automation.ts";
import type { ApprovalInsights } from "./insights.ts";
import type { Proposal } from "./proposal.ts";
import type { Replayed } from "./replayed.ts";
import type { Asked, Tally } from "./tally.ts";

const HEAD = ["asks", "yes", "no", "lapsed", "p50", "p95", "unread", "by whom"];

/** "94%", or nothing where nobody has decided anything. */
function share(part: number, { approved, rejected, expired }: Tally): string {
  const closed = approved + rejected + expired;
  return closed === 0 ? "" : `${Math.round((part / closed) * 100)}%`;
}

const spell = (ms: number | undefined): string => (ms === undefined ? "" : took(ms));
const byText = ({ by }: Tally): string =>
  by.map(({ person, yes, no }) => `${person} ${yes + no}${no > 0 ? ` (${no} no)` : ""}`).join(", ");

/** A tally as the cells of a row, its name apart. */
export const cellsOf = (tally: Tally): string[] => [
  String(tally.asks),
  share(tally.approved, tally),
  share(tally.rejected, tally),
  share(tally.expired, tally),
  ...[spell(tally.p50Ms), spell(tally.p95Ms)],
  String(tally.unread),
  byText(tally),
];

const tallyTable = (name: string, tallies: readonly Tally[]): string =>
  tallies.length === 0
    ? ""
    : `\n${tableOf(
        [name, ...HEAD],
        tallies.map((each) => [each.name, ...cellsOf(each)]),
      )}`;

/** Whom there is something to say of: they never answer. */
export const silentOf = ({ people, thresholds }: ApprovalInsights): Asked[] =>
  people.filter(({ asked, words }) => asked >= thresholds.silent && words === 0);

const PARTS: readonly [Exclude<keyof Replayed, "asks" | "same">, string][] = [
  ["atOnce", "would have passed at once"],
  ["fewerAsked", "would have asked fewer people"],
  ["denied", "would have been denied at once"],
  ["shorterCap", "would have been let no longer than that"],
  ["otherwise", "would have been decided in another way"],
  ["undecidable", "cannot be decided again, for want of facts on record"],
];

/** A replay in one sentence. */
export function replayText(replay: Replayed): string {
  const parts = PARTS.filter(([part]) => replay[part] > 0).map(([part, text]) => `${replay[part]} ${text}`);
  const rest = `${replay.same} of ${replay.asks} asks as they were decided`;
  return parts.length === 0
    ? `Replay: all ${replay.asks} asks as they were decided.`
    : `Replay: ${parts.join(", ")}; ${rest}.`;
}

export const KINDS: Record<Proposal["kind"], string> = {
  automate: "Could pass without a person",
  "forbid-unused": "Could be denied: never used",
  "forbid-rejected": "Could be denied: always rejected",
  shorten: "Could have shorter windows",
};

const indented = (text: string): string => text.replace(/^(?=.)/gm, "    ");

function proposalLines(proposal: Proposal, index: number): string {
  const { kind, because, replay, casesToChange, examples, patch } = proposal;
  return [
    "",
    `${index + 1}. ${KINDS[kind]}: ${because}.`,
    `   ${replayText(replay)}`,
    `   Grants to look at: ${examples.join(", ")}.`,
    ...(casesToChange.length > 0
      ? ["   Cases that say otherwise then:", ...casesToChange.map((name) => `   - ${name}`)]
      : []),
    indented(patch.replace(/\ndiff --git a\/\S+ b\/\S+cases\/[\s\S]*$/, "\n")),
    `   With its cases, for git apply: --patch ${index + 1}`,
    "",
  ].join("\n");
}

/** Why what always gets a yes is not proposed, and what could be done. */
export const PARTS_WHY =
  "A rule sees whether an ask is for the whole of a resource, and not which part it is for: a change would open every part. Give the parts resources of their own in the catalogue.";

const ofPartsLines = ({ because, examples }: OfParts): string[] => [
  `- ${because}.`,
  `  Grants to look at: ${examples.join(", ")}.`,
];

const withoutPolicy = "Rules, and what could be changed, need the policy: name it with --policy.";

/** All of it, for people. */
export function insightLines(found: ApprovalInsights, period: Period): string {
  const { asks, asked, byRule, byGroup, ofNoRule, proposals, ofParts = [] } = found;
  const { thresholds } = found;
  const silent = silentOf(found).map(
    ({ person, groups, asked: times }) =>
      `${person} (${groups.join(", ")}): asked ${times} times, never a word`,
  );
  const bounds = `Looked for: ${thresholds.asks} asks with one answer, ${thresholds.unused} grants unused, ${thresholds.rejected} rejections, each over ${thresholds.days} days or more.`;
  return [
    `${asks} asks ${periodText(period)}; people were asked for ${asked} of them.`,
    tallyTable("rule", byRule),
    ofNoRule > 0 && proposals
      ? `${ofNoRule} stages were asked for by rules that the policy has no more, or has otherwise.\n`
      : "",
    tallyTable("group", byGroup),
    ...(silent.length > 0 ? ["Who never answers:", ...silent, ""] : []),
    ...(proposals ? [bounds] : [withoutPolicy]),
    ...(proposals?.length === 0 ? ["The record speaks for no change of the policy."] : []),
    ...(proposals ?? []).map(proposalLines),
    ...(ofParts.length > 0
      ? ["", "Always approved, and only in parts:", ...ofParts.flatMap(ofPartsLines), PARTS_WHY]
      : []),
  ]
    .filter((line, index, all) => line !== "" || all[index - 1] !== "")
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd()
    .concat("\n");
}
