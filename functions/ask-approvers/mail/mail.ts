import { askSentence } from "../../approval-page/page/words.ts";
import { visible } from "../../core/html.ts";
import { subjectStart } from "./again.ts";
import { mailHtml } from "./body.ts";
import { mailText } from "./text.ts";
import type { MailView } from "./view.ts";

/** A mail, ready for the sender: both bodies say the same. */
export type Mail = { subject: string; text: string; html: string };

/**
 * The mail that asks one person. The subject holds names from the catalogue only and is one line. A stage that only the
 * signed API decides is mailed without a code, whatever was given. Throws on a link that is not http(s) and on a code that
 * is missing or not 8 base32 characters: both are ours, so either is a fault.
 */
export function approvalMail(given: MailView): Mail {
  const view = given.signedOnly ? { ...given, code: undefined } : given;
  if (!/^https?:\/\/[^\s<>"']+$/.test(view.link))
    throw new TypeError("the link of a mail must be http or https");
  if (!view.signedOnly && !/^[a-z2-7]{8}$/.test(view.code ?? ""))
    throw new TypeError("a confirmation code is 8 base32 characters");
  const subject = visible(`${subjectStart(view)} ${askSentence(view)}`).replace(/\s+/gu, " ");
  return { subject, text: mailText(view), html: mailHtml(view) };
}
