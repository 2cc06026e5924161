import { type Html, html } from "../../core/html.ts";
import type { DecidedView, EscalationView, StageView } from "./view.ts";
import { either, utcTime } from "./words.ts";

const STATUS: Record<StageView["status"], string> = {
  waiting: "Not asked yet",
  open: "Waiting for an answer",
  approved: "Approved",
  rejected: "Rejected",
};

/** A time as people read it, with the machine's form beside it. */
export const timeOf = (iso: string): Html => html`<time datetime="${iso}">${utcTime(iso)}</time>`;

/** "One of A or B must agree": how many of whom a stage needs. */
export function quorumSentence({ quorum, asked }: Pick<StageView, "quorum" | "asked">): string {
  if (asked.length <= 1) return `${asked[0] ?? "Nobody"} must agree.`;
  if (quorum === 1) return `${either(asked)} must agree; one of them is enough.`;
  const all = asked.join(", ");
  return quorum >= asked.length
    ? `${all}: all must agree.`
    : `${all}: ${quorum} of these ${asked.length} must agree.`;
}

/** One answer in words. In a rejected stage the last word is the no. */
export const saidNo = (stage: StageView, index: number): boolean =>
  stage.status === "rejected" && index === stage.decided.length - 1;

/** How somebody said it, where it was not by the link of a mail. */
export const channelWords = ({ channel }: DecidedView): string =>
  channel === "signed" ? " by the signed API" : "";

/** Whom a stage falls to when its own group is slow: "From <time> on, <group> may answer too: <names>." */
export function escalationSentence({ groupName, at, due, people }: EscalationView): string {
  const who = people.length > 0 ? `: ${either(people)}` : "";
  if (at === undefined) return `If they are slow to answer, ${groupName} may answer too${who}.`;
  if (due) return `Since ${utcTime(at)}, ${groupName} may answer too${who}.`;
  return `From ${utcTime(at)} on, ${groupName} may answer too${who}.`;
}

/** What else holds of a stage, a sentence each: escalation, who does not count, how it is decided. */
export const stageTerms = ({ escalation, excludedTeam, channel }: StageView): string[] => [
  ...(escalation ? [escalationSentence(escalation)] : []),
  ...(excludedTeam === undefined ? [] : [`People of the agent’s own team, ${excludedTeam}, do not count.`]),
  ...(channel === "signed" ? ["Decided through the signed API only."] : []),
];

function answer(stage: StageView, said: DecidedView, index: number): Html {
  const word = saidNo(stage, index) ? "rejected" : "approved";
  const comment = said.comment && html`<blockquote><p><bdi>${said.comment}</bdi></p></blockquote>`;
  return html`<li class="${word}"><strong><bdi>${said.name}</bdi></strong> ${word} this${channelWords(said)}, ${timeOf(said.at)}${comment}</li>`;
}

function stageItem(stage: StageView, withReason: boolean): Html {
  const answers =
    stage.decided.length > 0
      ? html`<ul class="answers">${stage.decided.map((said, index) => answer(stage, said, index))}</ul>`
      : stage.status === "open" && html`<p class="quiet">Nobody has answered yet.</p>`;
  const deadline = stage.decideBy && html`<p class="quiet">To be answered by ${timeOf(stage.decideBy)}.</p>`;
  return html`<li class="stage"${stage.current && html` aria-current="step"`}>
<p class="stage-name"><strong>${stage.groupName}</strong>${stage.current && html` <span class="yours">your stage</span>`} <span class="badge ${stage.status}">${STATUS[stage.status]}</span></p>
<p>${quorumSentence(stage)}</p>
${withReason && html`<p class="quiet">Why they are asked: ${stage.reason}.</p>`}
${stageTerms(stage).map((term) => html`<p class="quiet">${term}</p>`)}${deadline}
${answers}
</li>`;
}

/** Everybody who is asked, in order, with what they have answered; the reasons where no list of rules says them. */
export const stageList = (stages: readonly StageView[], { withReasons }: { withReasons: boolean }): Html =>
  html`<ol class="stages">${stages.map((stage) => stageItem(stage, withReasons))}</ol>`;
