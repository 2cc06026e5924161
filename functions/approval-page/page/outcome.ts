import { type Html, html } from "../../core/html.ts";
import { document } from "./layout.ts";
import { stageList, timeOf } from "./stages.ts";
import { STATUS_WORDS } from "./status.ts";
import type { Outcome, OutcomeView } from "./view.ts";
import { askSentence } from "./words.ts";

const OUTCOMES: Record<Outcome, { title: string; line: string }> = {
  you_approved: { title: "You approved this request", line: "Your answer is recorded." },
  you_rejected: {
    title: "You rejected this request",
    line: "Your answer is recorded. One no ends a request.",
  },
  decided_by_others: {
    title: "Others have already decided",
    line: "Your answer is no longer needed. Nothing was recorded for you.",
  },
  over: {
    title: "This request is closed",
    line: "It can no longer be decided. Nothing was recorded for you.",
  },
};

const CAN_STILL_BE_STOPPED: readonly OutcomeView["status"][] = [
  "PENDING",
  "APPROVED",
  "ACTIVATING",
  "ACTIVE",
];

function regret({ outcome, status, grant }: OutcomeView): Html | false {
  if (outcome !== "you_approved" || !CAN_STILL_BE_STOPPED.includes(status)) return false;
  const path = html`<code class="small">POST /grants/${grant ?? "{id}"}/revoke</code>`;
  return html`<p class="quiet">This link cannot take an answer back. If it was a mistake, you can end the access: send ${path} to your organisation’s Latchkey API, signed with your own AWS identity, with a <code>reason</code>. Without one, tell your security team: they can revoke it, or lock the agent down.</p>`;
}

/** What the link shows once this person has decided, or cannot any more: the outcome, the grant's state, who said what. */
export function outcomePage(view: OutcomeView): string {
  const { title, line } = OUTCOMES[view.outcome];
  const status = STATUS_WORDS[view.status];
  const body = html`<article class="sheet outcome ${view.outcome}">
<h1>${title}</h1>
<p class="lead">${askSentence(view)}.</p>
<p>${line}</p>
<section aria-labelledby="state"><h2 id="state">How it stands</h2>
<p><span class="badge state">${status.name}</span> ${status.line}${view.window.endsAt && view.status === "ACTIVE" && html` It is open until ${timeOf(view.window.endsAt)}.`}</p>
${regret(view)}</section>
<section aria-labelledby="stages"><h2 id="stages">Who was asked</h2>${stageList(view.stages, { withReasons: true })}</section>
<p class="quiet fingerprint">Fingerprint of exactly what was asked <code class="small">${view.digest}</code></p>
</article>`;
  return document({ title: `${title}: ${askSentence(view)}`, body });
}
