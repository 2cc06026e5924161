import { type Html, html } from "../../core/html.ts";
import { decisionForm, noticeBox } from "./form.ts";
import { glance } from "./glance.ts";
import { document } from "./layout.ts";
import { noNotice } from "./notice.ts";
import {
  aboutSection,
  earlierSection,
  possibleSection,
  riskSection,
  rulesSection,
  stagesSection,
  wordsSection,
} from "./sections.ts";
import { signedSection } from "./signed.ts";
import type { ApprovalView, FormNotice } from "./view.ts";
import { askSentence } from "./words.ts";

const chip = (name: string, value: string): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

/** The ask in a sentence, what the data is, and until when. Nothing here is text of the agent's. */
function summary(view: ApprovalView): Html {
  const { resource } = view;
  return html`<h1>${askSentence(view)}</h1>
<p class="lead">${resource.description}</p>
<dl class="chips">${chip("Environment", resource.environment)}${chip("Classification", resource.classification)}${resource.tags.map((tag) => chip("Tag", tag))}</dl>
${glance(view)}`;
}

/**
 * The page on which somebody decides: what is asked at a glance, what follows from it and why, the form last; where only
 * the signed API decides, how to do that. `entered.comment` is
 * what this person had written before `notice` became necessary.
 */
export function approvalPage(
  view: ApprovalView,
  notice: FormNotice = noNotice,
  entered: { comment?: string | undefined } = {},
): string {
  const body = html`${noticeBox(notice, view)}<article class="sheet">
${summary(view)}
${possibleSection(view)}
${wordsSection(view)}
${riskSection(view)}
${rulesSection(view)}
${stagesSection(view)}
${earlierSection(view)}
${aboutSection(view)}
</article>
${view.signedOnly ? signedSection(view) : decisionForm(view, notice, entered.comment ?? "")}`;
  const title = `${notice.kind === "none" ? "" : "Not decided yet: "}${askSentence(view)}`;
  return document({ title, body, aside: html`<p class="for">For ${view.approver.name}</p>` });
}
