import type { ApprovalView } from "../../approval-page/page/view.ts";

/** Why a person is mailed other than by the first asking. */
export type MailReason = "reminder" | "escalation" | "resend";

/** What a mail says: what the page shows, and this person's own way in. */
export type MailView = ApprovalView & {
  /** Address of the page with this person's token: http or https. */
  link: string;
  /** The confirmation code as stored: 8 base32 characters. Never in a mail about a stage that only the signed API decides. */
  code?: string | undefined;
  why?: MailReason | undefined;
};
