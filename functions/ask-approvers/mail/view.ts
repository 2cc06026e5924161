import type { ApprovalView } from "../../approval-page/page/view.ts";

/** What a mail says: what the page shows, and this person's own way in. */
export type MailView = ApprovalView & {
  /** Address of the page with this person's token: http or https. */
  link: string;
  /** The confirmation code as stored: 8 base32 characters. */
  code: string;
};
