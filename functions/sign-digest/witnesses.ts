import type { Put } from "../aws/audit-store.ts";
import type { Mail, SendMail } from "../aws/mailer.ts";
import { statementHash } from "../core/audit/digest.ts";
import type { Kept } from "./last.ts";
import type { Witness } from "./witness.ts";

/** A bucket, best of another account: the whole file, under the record's name and the digest's own key. */
export const bucketWitness = (put: Put): Witness => ({
  follower: "BUCKET",
  give: async ({ key, text, statement }) => {
    await put(`${statement.record}/${key}`, Buffer.from(text, "utf8"));
  },
});

/** The signed statement and its hash: enough to hold the record to it later. Nothing in it is from anybody's text. */
function witnessMail(to: string, { jws, statement }: Kept): Mail {
  const { record, number, from, objects, heads } = statement;
  const hash = statementHash(statement);
  const hour = `${from.slice(0, 10)} ${from.slice(11, 16)} UTC`;
  const lines = [
    `Digest ${number} of ${record}, for the hour that began at ${hour}.`,
    `It lists ${objects.count} object versions and ${heads.count} chain heads, and names the digest before it.`,
    `SHA-256 of the statement: ${hash}`,
    `The signed statement (compact JWS):\n\n${jws}`,
    "Keep this mail. Saved as a file, the statement is what `latchkey audit verify --digest FILE` holds the record to: an hour that was cut off or signed anew is found by it.",
  ];
  const html = lines
    .map((line) => `<p style="white-space:pre-wrap;overflow-wrap:anywhere">${line}</p>`)
    .join("\n");
  return { to, subject: `Latchkey digest ${number}: ${hour}`, text: `${lines.join("\n\n")}\n`, html };
}

/** An address. Sent again when SES's answer was lost, which does no harm. */
export const addressWitness = (sendMail: SendMail, to: string): Witness => ({
  follower: "ADDRESS",
  give: (digest) => sendMail(witnessMail(to, digest)),
});
