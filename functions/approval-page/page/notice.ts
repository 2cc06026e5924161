import { MAX_COMMENT } from "../form.ts";
import type { FormNotice, NoticeKind } from "./view.ts";

const MESSAGES: Record<NoticeKind, string> = {
  wrong_code: "That code is not the one from your e-mail. Look again and retype it.",
  missing_code: "Enter the confirmation code from your e-mail: eight letters and digits.",
  missing_decision: "Choose Approve or Reject.",
  comment_too_long: `The comment is longer than ${MAX_COMMENT} characters. Please shorten it.`,
  slow_down:
    "There were too many wrong codes, so this link takes one try every 30 seconds. Nothing is locked: wait a little and try again.",
  signed_only:
    "This request is decided through the signed API only, with your own AWS identity. Nothing was decided here.",
  locked_down:
    "Your security team has set a lockdown: nothing is approved here until they lift it. The request waits as long as its time lasts; you can still reject it.",
  unavailable: "Latchkey could not record a decision just now. Try again in a minute.",
};

/** The form as it is first shown. */
export const noNotice: FormNotice = { kind: "none" };

/** Why the form is shown again, in words. */
export const noticeOf = (kind: NoticeKind): FormNotice => ({ kind, message: MESSAGES[kind] });
