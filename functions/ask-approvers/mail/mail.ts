import { visible } from "../../approval-page/page/html.ts";
import { askSentence } from "../../approval-page/page/words.ts";
import { mailHtml } from "./body.ts";
import { mailText } from "./text.ts";
import type { MailView } from "./view.ts";

/** A mail, ready for the sender: both bodies say the same. */
export type Mail = { subject: string; text: string; html: string };

/**
 * The mail that asks one person. The subject holds names from the catalogue only and is one line. Throws on a link that
 * is not http(s) and on a code that is not 8 base32 characters: both are ours, so either is a fault.
 */
export function approvalMail(view: MailView): Mail {
  if (!/^https?:\/\/[^\s<>"']+$/.test(view.link))
    throw new TypeError("the link of a mail must be http or https");
  if (!/^[a-z2-7]{8}$/.test(view.code)) throw new TypeError("a confirmation code is 8 base32 characters");
  const subject = visible(`Approve? ${askSentence(view)}`).replace(/\s+/gu, " ");
  return { subject, text: mailText(view), html: mailHtml(view) };
}
