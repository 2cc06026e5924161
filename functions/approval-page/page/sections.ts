import { type Html, html } from "../../core/html.ts";
import { PERFORM } from "../../core/kinds/names.ts";
import { plainText } from "../../core/text.ts";
import { earlierBody } from "./earlier.ts";
import { facts } from "./glance.ts";
import { literalsIn, piecesOf } from "./literals.ts";
import { riskBody } from "./risk.ts";
import { rulesBody } from "./rules.ts";
import { stageList } from "./stages.ts";
import type { ApprovalView } from "./view.ts";

const section = (id: string, title: string, body: Html): Html =>
  html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`;

/** The statements as JSON in ASCII, so that what is exact stays exact whatever a font or a cleaner makes of it. */
const exactJson = (view: Pick<ApprovalView, "statements">): string =>
  JSON.stringify(view.statements, null, 2).replace(
    /[^ -~\n]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const AS_ENFORCED =
  "As AWS will enforce them. The session also carries a denial of every other kind of action, and of everything once the time is over.";
const AS_PERMITTED =
  "What the permit is bound to: its audience, and the digest of the parameters. It is redeemed once, and no other parameters pass.";

const exactPermissions = (view: ApprovalView): Html => html`<details><summary>Exact permissions</summary>
<p class="quiet">${view.access === PERFORM ? AS_PERMITTED : AS_ENFORCED}</p>
<pre><code>${exactJson(view)}</code></pre></details>`;

/** What becomes possible: sentences from the canonical scope, names and values in them set as such, then the statements. */
export function possibleSection(view: ApprovalView): Html {
  const literals = literalsIn(view);
  const isAction = view.access === PERFORM;
  const sentence = (text: string) =>
    html`<li>${piecesOf(text, literals).map((piece) => (piece.literal ? html`<code>${piece.text}</code>` : piece.text))}</li>`;
  return section(
    "possible",
    isAction ? "What is done" : "What becomes possible",
    html`<p>${isAction ? "If everyone who is needed agrees, exactly this is done, once:" : `If everyone who is needed agrees, ${view.agent.name} can:`}</p>
<ul class="possible">${view.possible.map(sentence)}</ul>
<p class="quiet">This and nothing else. What is set <code class="sample">like this</code> is a name or a value, whatever it says.</p>
${view.statements.length > 0 && exactPermissions(view)}`,
  );
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
  section("stages", "Who is asked", stageList(stages, { withReasons: false }));

export const rulesSection = (view: ApprovalView): Html =>
  section("rules", "Which rules apply, and why", rulesBody(view));

export const riskSection = ({ risk }: ApprovalView): Html | undefined =>
  risk && section("risk", "Risk", riskBody(risk));

export const earlierSection = (view: ApprovalView): Html =>
  section("earlier", "What this agent asked before", earlierBody(view));

export function aboutSection({ agent, resource, access, grant, digest, extends: base }: ApprovalView): Html {
  const isAction = access === PERFORM;
  return section(
    "about",
    `About the agent and the ${isAction ? "action" : "data"}`,
    html`${facts([
      ["Agent", html`${agent.name} <code class="small">${agent.id}</code>`],
      ["Signs as", html`<code class="small">${agent.principal}</code>`],
      [isAction ? "Action" : "Data", html`${resource.description} <code class="small">${resource.id}</code>`],
      ["Address", html`<code class="small">${resource.arn}</code>`],
      ...(grant ? [["Grant", html`<code class="small">${grant}</code>`] as const] : []),
      ...(base ? [["Goes on from grant", html`<code class="small">${base}</code>`] as const] : []),
      ["Fingerprint of exactly this", html`<code class="small">${digest}</code>`],
    ])}`,
  );
}
