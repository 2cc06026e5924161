import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";

/** A mail that the local AWS's SES accepted. */
export type Mail = {
  id: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  time: Date;
};

// The shape of MiniStack's own inbox endpoint, which AWS does not have.
// Loose on purpose: it is a tool's inbox, and fields that we do not read may come and go.
const inbox = z.object({
  messages: z.record(
    z.string(),
    z.array(
      z.object({
        MessageId: z.string(),
        Source: z.string(),
        To: z.array(z.string()),
        Subject: z.string(),
        BodyText: z.string().nullish(),
        BodyHtml: z.string().nullish(),
        /** Seconds since 1970, with a fraction. */
        Timestamp: z.number(),
      }),
    ),
  ),
});

/** Where the inbox can be read; it asks for no credentials. */
export const mailboxUrl = (endpoint: string) => `${endpoint}/_ministack/ses/messages`;

/** Every mail so far, the newest last. */
export async function readMailbox(endpoint: string): Promise<Mail[]> {
  const response = await fetch(mailboxUrl(endpoint), { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`The local mailbox answered ${response.status}.`);
  const { messages } = inbox.parse(await response.json());
  return Object.values(messages)
    .flat()
    .map((mail) => ({
      id: mail.MessageId,
      from: mail.Source,
      to: mail.To,
      subject: mail.Subject,
      text: mail.BodyText ?? "",
      html: mail.BodyHtml ?? "",
      time: new Date(mail.Timestamp * 1000),
    }))
    .sort((one, other) => one.time.getTime() - other.time.getTime());
}

/** What to wait for in words ("the mail to noor@…"), for the error, and for how long. */
export type MailWait = { what: string; timeoutMs?: number };

/** The newest mail that `matches`; waits for it (20 s unless told), and fails saying what did arrive. */
export async function waitForMail(
  endpoint: string,
  matches: (mail: Mail) => boolean,
  { what, timeoutMs = 20_000 }: MailWait,
): Promise<Mail> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const mails = await readMailbox(endpoint);
    const found = mails.findLast(matches);
    if (found) return found;
    if (Date.now() >= deadline) {
      const arrived = mails.map((mail) => `${mail.to.join(", ")}: ${mail.subject}`).slice(-5);
      throw new Error(
        `${what} did not arrive within ${timeoutMs / 1000} s. ` +
          (arrived.length > 0 ? `The newest mails are: ${arrived.join("; ")}.` : "The mailbox is empty."),
      );
    }
    await sleep(100);
  }
}
