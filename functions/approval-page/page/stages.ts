import { type Html, html } from "./html.ts";
import type { DecidedView, StageView } from "./view.ts";
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

function answer(stage: StageView, said: DecidedView, index: number): Html {
  const word = saidNo(stage, index) ? "rejected" : "approved";
  const comment = said.comment && html`<blockquote><p><bdi>${said.comment}</bdi></p></blockquote>`;
  return html`<li class="${word}"><strong><bdi>${said.name}</bdi></strong> ${word} this, ${timeOf(said.at)}${comment}</li>`;
}

function stageItem(stage: StageView): Html {
  const answers =
    stage.decided.length > 0
      ? html`<ul class="answers">${stage.decided.map((said, index) => answer(stage, said, index))}</ul>`
      : stage.status === "open" && html`<p class="quiet">Nobody has answered yet.</p>`;
  return html`<li class="stage"${stage.current && html` aria-current="step"`}>
<p class="stage-name"><strong>${stage.groupName}</strong>${stage.current && html` <span class="yours">your stage</span>`} <span class="badge ${stage.status}">${STATUS[stage.status]}</span></p>
<p>${quorumSentence(stage)}</p>
<p class="quiet">Why they are asked: ${stage.reason}.</p>
${answers}
</li>`;
}

/** Everybody who is asked, in order, with what they have answered. */
export const stageList = (stages: readonly StageView[]): Html =>
  html`<ol class="stages">${stages.map(stageItem)}</ol>`;
