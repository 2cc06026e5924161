import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import * as z from "zod";
import { canonicalJson } from "../core/canonical.ts";
import type { Sealed } from "./table/sealed.ts";

/** A minted session. Lives in memory only: from STS to the seal, from the seal to the agent that asked. */
export const session = z.strictObject({
  accessKeyId: z.string().min(16),
  secretAccessKey: z.string().min(16),
  sessionToken: z.string().min(16),
});
export type Session = z.infer<typeof session>;

/** What the seal is bound to: opening needs the same grant, agent and attempt. Bound twice: in KMS and in the cipher. */
export type SealContext = { grant: string; agent: string; attempt: string };

/**
 * What the tokens of a masked grant's rows are made with: 32 random bytes, base64, that belong to this grant alone. Gone
 * with the sealed item at the grant's end, and with it every way back (I-68).
 */
export const maskSecret = z.strictObject({ secret: z.string().regex(/^[A-Za-z0-9+/]{43}=$/) });
export type MaskSecret = z.infer<typeof maskSecret>;

export type Seal<Plain = Session> = {
  close(plain: Plain, context: SealContext): Promise<Pick<Sealed, "key" | "nonce" | "data" | "tag">>;
  open(sealed: Sealed, context: SealContext): Promise<Plain>;
};

// Said, because Node otherwise takes a tag that was cut down to 4 bytes for a good one.
// https://nodejs.org/api/crypto.html#deciphersetauthtagbuffer-encoding
const TAG_BYTES = 16;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const bytes = (text: string): Buffer => Buffer.from(text, "base64");

/**
 * Envelope encryption: a KMS data key under an encryption context, AES-256-GCM with the context as additional data
 * (a session token may outgrow the 4,096 bytes that KMS encrypts by itself).
 * https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
 */
export function openSeal<Plain>(keyArn: string, shape: z.ZodType<Plain>): Seal<Plain> {
  const kms = new KMSClient({});
  return {
    async close(plain, context) {
      const answer = await kms.send(
        new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: "AES_256", EncryptionContext: context }),
      );
      if (!answer.Plaintext || !answer.CiphertextBlob) throw new Error("KMS gave no data key");
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", answer.Plaintext, nonce).setAAD(
        Buffer.from(canonicalJson(context)),
      );
      const data = Buffer.concat([cipher.update(JSON.stringify(plain), "utf8"), cipher.final()]);
      answer.Plaintext.fill(0);
      return {
        key: base64(answer.CiphertextBlob),
        nonce: base64(nonce),
        data: base64(data),
        tag: base64(cipher.getAuthTag()),
      };
    },
    async open(sealed, context) {
      const answer = await kms.send(
        new DecryptCommand({ KeyId: keyArn, CiphertextBlob: bytes(sealed.key), EncryptionContext: context }),
      );
      if (!answer.Plaintext) throw new Error("KMS opened no data key");
      const cipher = createDecipheriv("aes-256-gcm", answer.Plaintext, bytes(sealed.nonce), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(canonicalJson(context)))
        .setAuthTag(bytes(sealed.tag));
      const plain = Buffer.concat([cipher.update(bytes(sealed.data)), cipher.final()]);
      answer.Plaintext.fill(0);
      return shape.parse(JSON.parse(plain.toString("utf8")));
    },
  };
}
