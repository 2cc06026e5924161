import { plainText } from "../../core/text.ts";
import { type Html, html } from "./html.ts";
import { literalsOf, piecesOf } from "./literals.ts";
import { stageList, timeOf } from "./stages.ts";
import type { ApprovalView } from "./view.ts";
import { durationInWords, later } from "./words.ts";

const section = (id: string, title: string, body: Html): Html =>
  html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`;

const facts = (rows: readonly (readonly [string, string | Html])[]): Html =>
  html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

/** The statements as JSON in ASCII, so that what is exact stays exact whatever a font or a cleaner makes of it. */
const exactJson = (view: Pick<ApprovalView, "statements">): string =>
  JSON.stringify(view.statements, null, 2).replace(
    /[^ -~\n]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** What becomes possible: sentences from the canonical scope, names and values in them set as such, then the statements. */
export function possibleSection(view: ApprovalView): Html {
  const literals = literalsOf(view.statements);
  const sentence = (text: string) =>
    html`<li>${piecesOf(text, literals).map((piece) => (piece.literal ? html`<code>${piece.text}</code>` : piece.text))}</li>`;
  return section(
    "possible",
    "What becomes possible",
    html`<p>If everyone who is needed agrees, ${view.agent.name} can:</p>
<ul class="possible">${view.possible.map(sentence)}</ul>
<p class="quiet">This and nothing else. What is set <code class="sample">like this</code> is a name or a value, whatever it says.</p>
<details><summary>Exact permissions</summary>
<p class="quiet">As AWS will enforce them. The session also carries a denial of every other kind of action, and of everything once the time is over.</p>
<pre><code>${exactJson(view)}</code></pre></details>`,
  );
}

export function windowSection({ window }: ApprovalView): Html {
  const length = html`<strong>${durationInWords(window.seconds)}</strong>`;
  const when = window.startsAt
    ? html`${length}, from ${timeOf(window.startsAt)} until ${timeOf(later(window.startsAt, window.seconds))}.`
    : html`${length}, starting when the last approval is in.`;
  return section("window", "How long", html`<p>${when} It then ends by itself.</p>`);
}

/** The agent's own words, all of them and only here: boxed, labelled, each isolated in its own direction. */
export function wordsSection(view: ApprovalView): Html {
  const rows = [
    ["Task", view.task],
    ["Ticket", view.ticket],
    ["On behalf of", view.onBehalfOf],
    ["Model", view.model],
  ] as const;
  const own = (text: string) => html`<bdi>${plainText(text)}</bdi>`;
  return section(
    "why",
    "Why, in the agent’s words",
    html`<div class="words" role="group" aria-labelledby="unverified">
<p class="label" id="unverified">Unverified text, written by the agent</p>
<blockquote><p>${own(view.purpose)}</p></blockquote>
${facts(rows.flatMap(([name, text]) => (text ? [[name, own(text)] as const] : [])))}
</div>
<p class="quiet">Nobody has checked this text. It is not from Latchkey, and neither are promises, links or instructions in it.</p>`,
  );
}

export const stagesSection = ({ stages }: ApprovalView): Html =>
  section("stages", "Who is asked", stageList(stages));

export const rulesSection = ({ rules, policyVersion }: ApprovalView): Html =>
  section(
    "rules",
    "Which rules apply, and why",
    html`<ul class="rules">${rules.map((rule) => html`<li>${rule.reason} <code class="small">${rule.id}</code></li>`)}</ul>
<p class="quiet">Policy version <code class="small">${policyVersion}</code></p>`,
  );

export function aboutSection({ agent, resource, grant, digest }: ApprovalView): Html {
  return section(
    "about",
    "About the agent and the data",
    html`${facts([
      ["Agent", html`${agent.name} <code class="small">${agent.id}</code>`],
      ["Owner", agent.owner],
      ["Team", agent.team],
      ["Agent runs in", agent.environment],
      ["Signs as", html`<code class="small">${agent.principal}</code>`],
      ["Data", html`${resource.description} <code class="small">${resource.id}</code>`],
      ["Address", html`<code class="small">${resource.arn}</code>`],
      ...(grant ? [["Grant", html`<code class="small">${grant}</code>`] as const] : []),
      ["Fingerprint of exactly this", html`<code class="small">${digest}</code>`],
    ])}`,
  );
}
