import { type Html, html } from "../../core/html.ts";
import { PERFORM } from "../../core/kinds/names.ts";
import { durationInWords } from "../../core/time.ts";
import { codePattern } from "../code.ts";
import { MAX_COMMENT } from "../form.ts";
import type { ApprovalView, FormNotice, NoticeKind } from "./view.ts";

// Ids to go to: of a field, or of what stands where the form would be.
const FIELDS = { decision: "approve", code: "code", comment: "comment", none: "decide" } as const;
type Field = Exclude<keyof typeof FIELDS, "none">;
const FIELD_OF: Record<NoticeKind, keyof typeof FIELDS> = {
  wrong_code: "code",
  missing_code: "code",
  slow_down: "code",
  missing_decision: "decision",
  comment_too_long: "comment",
  signed_only: "none",
  locked_down: "none",
  unavailable: "decision",
};

/** Why the form is here again, at the top of the page, with a way down to the field that it is about. */
export function noticeBox(notice: FormNotice, { signedOnly }: ApprovalView): Html | undefined {
  if (notice.kind === "none") return undefined;
  const target = FIELDS[signedOnly ? "none" : FIELD_OF[notice.kind]];
  return html`<div class="notice" role="alert"><p><strong>Nothing was decided yet.</strong> <a href="#${target}">${notice.message}</a></p></div>`;
}

/**
 * The one form. It has no action, so it goes back to the address that it came from; nothing is chosen beforehand, also
 * not after a mistake; a comment already written comes back.
 */
export function decisionForm(view: ApprovalView, notice: FormNotice, comment: string): Html {
  const wrong = (field: Field): Html | false =>
    notice.kind !== "none" &&
    FIELD_OF[notice.kind] === field &&
    html`<p class="error" id="${field}-error">${notice.message}</p>`;
  const state = (field: Field): Html =>
    wrong(field)
      ? html` aria-invalid="true" aria-describedby="${field}-hint ${field}-error"`
      : html` aria-describedby="${field}-hint"`;
  const choice = (value: "approve" | "reject", name: string, hint: string) =>
    html`<label class="choice ${value}"><input type="radio" id="${value}" name="decision" value="${value}" required><span><strong>${name}</strong><small>${hint}</small></span></label>`;
  return html`<form method="post" autocomplete="off" class="sheet decide" aria-labelledby="decide">
<h2 id="decide">Your decision</h2>
<p id="decision-hint">Opening this page has decided nothing. You decide for yourself, ${view.approver.name}; your name and your answer are kept in the record.</p>
<fieldset${state("decision")}><legend>Do you allow exactly what is described above?</legend>
${wrong("decision")}
<div class="choices">
${choice("approve", "Approve", `Allow this, ${view.access === PERFORM ? "once, within" : "for"} ${durationInWords(view.window.seconds)}`)}
${choice("reject", "Reject", "One no ends the request")}
</div></fieldset>
<div class="field"><label for="comment">Comment <span class="quiet">(optional)</span></label>
<p class="quiet" id="comment-hint">Kept in the record. The others who are asked and the agent can read it. At most ${MAX_COMMENT} characters.</p>
${wrong("comment")}
<textarea id="comment" name="comment" rows="3" maxlength="${MAX_COMMENT}" dir="auto"${state("comment")}>
${comment}</textarea></div>
<div class="field"><label for="code">Confirmation code</label>
<p class="quiet" id="code-hint">Eight letters and digits from the e-mail that brought you here, with or without the hyphen.</p>
${wrong("code")}
<input id="code" name="code" type="text" inputmode="text" autocomplete="one-time-code" autocapitalize="none" autocorrect="off" spellcheck="false" size="12" maxlength="20" pattern="${codePattern}" title="Eight letters and digits, such as abcd-efgh" required${state("code")}></div>
<button type="submit">Send my decision</button>
</form>`;
}
