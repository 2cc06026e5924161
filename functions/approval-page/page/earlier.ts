import { type Html, html } from "../../core/html.ts";
import { durationInWords } from "../../core/time.ts";
import { timeOf } from "./stages.ts";
import { STATUS_WORDS } from "./status.ts";
import type { ApprovalView, EarlierView } from "./view.ts";
import { VERBS } from "./words.ts";

function item(each: EarlierView): Html {
  const { access, resource, seconds, status, askedAt, sameResource, breakGlass } = each;
  return html`<li><span><span class="badge">${STATUS_WORDS[status].name}</span></span>
<div><p>${VERBS[access]} ${sameResource ? html`<strong>${resource}</strong>` : resource} for ${durationInWords(seconds)}${breakGlass && html` <span class="yours">break-glass: nobody was asked first</span>`}</p>
<p class="quiet">${timeOf(askedAt)} <code class="small">${each.grant}</code></p></div></li>`;
}

/** What this agent asked before, for a sense of what is usual. */
export function earlierBody({ earlier, resource }: ApprovalView): Html {
  if (earlier === undefined)
    return html`<p>This could not be read just now. It is information only: you can decide without it, or open the page again.</p>`;
  if (earlier.length === 0) return html`<p>Nothing. This is its first request.</p>`;
  return html`<ul class="earlier">${earlier.map(item)}</ul>
<p class="quiet">At most five, for ${resource.id} before others.</p>`;
}
