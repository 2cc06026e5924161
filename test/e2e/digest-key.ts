import { createPublicKey } from "node:crypto";
import { GetPublicKeyCommand, type KMSClient } from "@aws-sdk/client-kms";

export const DIGEST_KEY = "alias/latchkey-digest";

/** The public half of the key that signs digests, as KMS has it. */
export async function digestPem(kms: KMSClient): Promise<string> {
  const { PublicKey = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId: DIGEST_KEY }));
  const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
  return key.export({ format: "pem", type: "spki" }).toString();
}
