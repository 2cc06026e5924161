import { type Html, html } from "../../core/html.ts";
import type { ApprovalView } from "./view.ts";

/** How a stage is decided that no link may decide: shared with the mail. */
export const SIGNED_ONLY =
  "This stage is decided through the signed API only, with your own AWS identity. No page and no e-mail can approve or reject it.";

/** The request that decides it: bound to the very stage and digest that are shown. Every value in it is ours. */
export function signedRequest(
  { grant, stages, digest }: Pick<ApprovalView, "grant" | "stages" | "digest">,
  decision: "approve" | "reject",
): { line: string; body: string } {
  const stage = stages.find(({ status }) => status === "open")?.stage;
  return {
    line: `POST /grants/${grant ?? "{id}"}/decision`,
    body: JSON.stringify({ decision, stage, digest }),
  };
}

function example(view: ApprovalView, decision: "approve" | "reject", name: string): Html {
  const { line, body } = signedRequest(view, decision);
  return html`<p class="request"><strong>${name}</strong></p>
<pre><code>${line}
${body}</code></pre>`;
}

/** In place of the form: everything is shown, and who may decide is told how. */
export function signedSection(view: ApprovalView): Html {
  return html`<section class="sheet decide" aria-labelledby="decide">
<h2 id="decide">How to decide this</h2>
<p>${SIGNED_ONLY}</p>
<p class="quiet">Opening this page has decided nothing, ${view.approver.name}. Send one of these to your organisation’s Latchkey API, signed with AWS Signature Version 4. A <code>comment</code> may be added.</p>
${example(view, "approve", "To approve")}
${example(view, "reject", "To reject")}
</section>`;
}
