import * as z from "zod";
import { sha256Hex } from "../core/canonical.ts";
import { id } from "../core/catalogue-names.ts";
import { grantId } from "../core/ids.ts";

/** Tags of a mail as SES gives them back: each a list. Ours are ids; a mail without them is about no grant. */
const one = <T extends z.ZodType>(value: T) => z.tuple([value]).transform(([only]) => only);
const tags = z.object({
  grant: one(grantId).optional().catch(undefined),
  person: one(id).optional().catch(undefined),
  stage: one(z.coerce.number().int().min(1).max(99)).optional().catch(undefined),
});

const mail = z.object({ messageId: z.string().min(1).max(256), tags: tags.default({}) });
/** A status of RFC 3463: the one thing in a report that is no free text, and names nobody. */
const status = z
  .string()
  .regex(/^\d\.\d{1,3}\.\d{1,3}$/)
  .optional()
  .catch(undefined);

/**
 * What SES tells of a mail, of all that it tells only what is used: addresses and the other side's own words are not even
 * read. https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
const report = z.discriminatedUnion("eventType", [
  z.object({
    eventType: z.literal("Bounce"),
    mail,
    bounce: z.object({
      bounceType: z.string(),
      bounceSubType: z.string().default(""),
      feedbackId: z.string().optional(),
      bouncedRecipients: z.array(z.object({ status })).default([]),
    }),
  }),
  z.object({
    eventType: z.literal("Complaint"),
    mail,
    complaint: z.object({
      complaintSubType: z.string().nullish(),
      complaintFeedbackType: z.string().optional(),
      feedbackId: z.string().optional(),
    }),
  }),
  z.object({ eventType: z.literal("Reject"), mail, reject: z.object({}) }),
]);

const delivery = z.object({ source: z.literal("aws.ses"), detail: report });

/** What became of one mail. */
export type Fate = {
  type: "mail.bounced" | "mail.complained";
  /** `hard` and `suppressed`: nothing arrives until somebody mends it. `soft`: the next may. `rejected`: SES would not send it. */
  code: string;
  /** The mail server's status, like `5.1.1`. */
  status?: string | undefined;
  /** Names this report: the same one again is the same. */
  id: string;
  about: z.infer<typeof tags>;
};

/** Why a complaint, of the words that the format knows. https://www.iana.org/assignments/marf-parameters */
const FEEDBACK = ["abuse", "auth-failure", "fraud", "not-spam", "other", "virus"];

const SUPPRESSED = ["Suppressed", "OnAccountSuppressionList", "OnTenantSuppressionList"];

function bounceCode(bounceType: string, subType: string): string {
  if (SUPPRESSED.includes(subType)) return "suppressed";
  // `Undetermined`: the report cannot be read. Counted with those that may pass.
  return bounceType === "Permanent" ? "hard" : "soft";
}

/** Reads what EventBridge delivers of SES. Throws on anything else. */
export function readFate(event: unknown): Fate {
  const { detail } = delivery.parse(event);
  const { messageId, tags: about } = detail.mail;
  const named = (report: string | undefined) =>
    sha256Hex(`${messageId} ${detail.eventType} ${report}`).slice(0, 32);
  if (detail.eventType === "Reject")
    return { type: "mail.bounced", code: "rejected", id: named(undefined), about };
  if (detail.eventType === "Complaint") {
    const { complaintFeedbackType = "other", complaintSubType, feedbackId } = detail.complaint;
    const said = FEEDBACK.includes(complaintFeedbackType) ? complaintFeedbackType : "other";
    // SES did not even send it: the address is on its list since an earlier complaint.
    const code = SUPPRESSED.includes(complaintSubType ?? "") ? "suppressed" : said;
    return { type: "mail.complained", code, id: named(feedbackId), about };
  }
  const { bounceType, bounceSubType, bouncedRecipients, feedbackId } = detail.bounce;
  const [first] = bouncedRecipients;
  return {
    ...{ type: "mail.bounced", code: bounceCode(bounceType, bounceSubType) },
    ...{ status: first?.status, id: named(feedbackId), about },
  };
}
