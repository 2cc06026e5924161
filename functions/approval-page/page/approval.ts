import { decisionForm, noticeBox } from "./form.ts";
import { type Html, html } from "./html.ts";
import { document } from "./layout.ts";
import { noNotice } from "./notice.ts";
import {
  aboutSection,
  possibleSection,
  rulesSection,
  stagesSection,
  windowSection,
  wordsSection,
} from "./sections.ts";
import { timeOf } from "./stages.ts";
import type { ApprovalView, FormNotice } from "./view.ts";
import { askSentence } from "./words.ts";

const chip = (name: string, value: string): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

/** The ask in a sentence, what the data is, and until when. Nothing here is text of the agent's. */
function summary(view: ApprovalView): Html {
  const { resource, decideBy } = view;
  return html`<h1>${askSentence(view)}</h1>
<p class="lead">${resource.description}</p>
<dl class="chips">${chip("Environment", resource.environment)}${chip("Classification", resource.classification)}${resource.tags.map((tag) => chip("Tag", tag))}</dl>
<p class="quiet">Decide by ${timeOf(decideBy)}. Without an answer the request lapses.</p>`;
}

/**
 * The page on which somebody decides: first what is asked and what follows from it, the form last. `entered.comment` is
 * what this person had written before `notice` became necessary.
 */
export function approvalPage(
  view: ApprovalView,
  notice: FormNotice = noNotice,
  entered: { comment?: string | undefined } = {},
): string {
  const body = html`${noticeBox(notice)}<article class="sheet">
${summary(view)}
${possibleSection(view)}
${windowSection(view)}
${wordsSection(view)}
${stagesSection(view)}
${rulesSection(view)}
${aboutSection(view)}
</article>
${decisionForm(view, notice, entered.comment ?? "")}`;
  const title = `${notice.kind === "none" ? "" : "Not decided yet: "}${askSentence(view)}`;
  return document({ title, body, aside: html`<p class="for">For ${view.approver.name}</p>` });
}
