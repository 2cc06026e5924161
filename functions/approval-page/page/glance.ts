import { type Html, html } from "../../core/html.ts";
import { PERFORM } from "../../core/kinds/names.ts";
import { durationInWords } from "../../core/time.ts";
import { riskSentence } from "./risk.ts";
import { timeOf } from "./stages.ts";
import type { ApprovalView } from "./view.ts";
import { later } from "./words.ts";

/** Names and values in rows; beside each other where there is room. */
export const facts = (rows: readonly (readonly [string, string | Html])[]): Html =>
  html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

/** How long and until when. */
function windowWords({ window, access }: ApprovalView): Html {
  const length = html`<strong>${durationInWords(window.seconds)}</strong>`;
  if (access === PERFORM)
    return html`<strong>Once</strong>, within ${durationInWords(window.seconds)} of the last approval. After that it is not done any more.`;
  const when = window.startsAt
    ? html`${length}, from ${timeOf(window.startsAt)} until ${timeOf(later(window.startsAt, window.seconds))}.`
    : html`${length}, starting when the last approval is in.`;
  return html`${when} It then ends by itself.`;
}

/** What can be taken in at a glance: who, how long, how risky, your part, until when. Names and facts from the catalogue. */
export function glance(view: ApprovalView): Html {
  const { agent, risk, stages, decideBy } = view;
  const own = stages.find((stage) => stage.current);
  return facts([
    [
      "Asked by",
      html`<strong>${agent.name}</strong>, of team ${agent.team}, owned by ${agent.owner}, running in ${agent.environment}`,
    ],
    ["How long", windowWords(view)],
    ...(risk ? [["Risk", html`<strong>${riskSentence(risk)}</strong>`] as const] : []),
    ...(own
      ? [
          [
            "Your part",
            html`<strong>${own.groupName}</strong>: ${own.decided.length} of ${own.quorum} have agreed so far${view.signedOnly && ", through the signed API only"}`,
          ] as const,
        ]
      : []),
    ["Decide by", html`${timeOf(decideBy)}. Without an answer the request lapses.`],
  ]);
}
