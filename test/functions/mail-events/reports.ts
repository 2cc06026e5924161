/**
 * SES's reports as EventBridge delivers them, after AWS's own examples, with made-up ids and addresses.
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
 */
type About = { grant?: string; person?: string; stage?: number };
export const ADDRESS = "priya.raman@northwind.example";
/** What a mail server says: free text, with the address in it. */
export const DIAGNOSIS = `smtp; 550 5.1.1 <${ADDRESS}>... User unknown`;

const mailOf = (about: About, messageId: string) => ({
  timestamp: "2026-11-21T09:30:01.123Z",
  source: "latchkey@northwind.example",
  sendingAccountId: "111122223333",
  messageId,
  destination: [ADDRESS],
  headersTruncated: false,
  headers: [{ name: "To", value: ADDRESS }],
  commonHeaders: { from: ["latchkey@northwind.example"], to: [ADDRESS], subject: "Support assistant asks" },
  tags: {
    "ses:configuration-set": ["latchkey"],
    "ses:caller-identity": ["latchkey-ask-approvers"],
    ...Object.fromEntries(Object.entries(about).map(([name, value]) => [name, [String(value)]])),
  },
});
const delivered = (detailType: string, detail: object) => ({
  version: "0",
  id: "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
  "detail-type": detailType,
  source: "aws.ses",
  account: "111122223333",
  time: "2026-11-21T09:30:05Z",
  region: "eu-west-1",
  resources: ["arn:aws:ses:eu-west-1:111122223333:configuration-set/latchkey"],
  detail,
});

export const bounce = (
  about: About,
  { type = "Permanent", subType = "General", status = "5.1.1", messageId = `0100-${about.person}` } = {},
) =>
  delivered("Email Bounced", {
    eventType: "Bounce",
    bounce: {
      feedbackId: `0100-${messageId}-feedback`,
      bounceType: type,
      bounceSubType: subType,
      bouncedRecipients: [{ emailAddress: ADDRESS, action: "failed", status, diagnosticCode: DIAGNOSIS }],
      timestamp: "2026-11-21T09:30:05.000Z",
      reportingMTA: "dsn; a8-50.smtp-out.example",
    },
    mail: mailOf(about, messageId),
  });

export const complaint = (about: About, more: object = { complaintFeedbackType: "abuse" }) =>
  delivered("Email Complaint Received", {
    eventType: "Complaint",
    complaint: {
      feedbackId: "0100-complaint-1",
      complaintSubType: null,
      complainedRecipients: [{ emailAddress: ADDRESS }],
      timestamp: "2026-11-21T09:31:00.000Z",
      userAgent: "ExampleCorp Feedback Loop (V0.01)",
      ...more,
    },
    mail: mailOf(about, `0100-${about.person}`),
  });

export const rejection = (about: About) =>
  delivered("Email Rejected", {
    eventType: "Reject",
    reject: { reason: "Bad content" },
    mail: mailOf(about, "0100-message-2"),
  });
