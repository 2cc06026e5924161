import { createHash, createPublicKey } from "node:crypto";
import { GetPublicKeyCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { rawSignature } from "../core/audit/raw-signature.ts";

/** A key pair that never leaves KMS. `sign`: r and s, 64 bytes, over the SHA-256 of the text. */
export type Signer = { publicPem(): Promise<string>; sign(input: string): Promise<Uint8Array> };

/** The hash is made here, so that the text may be of any length: KMS takes 4,096 bytes at most. */
export function openSigner(keyId: string): Signer {
  const kms = new KMSClient({});
  return {
    async publicPem() {
      const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keyId }));
      if (!PublicKey) throw new Error("KMS gave no public key");
      const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
      return key.export({ format: "pem", type: "spki" }).toString();
    },
    async sign(input) {
      const { Signature } = await kms.send(
        new SignCommand({
          KeyId: keyId,
          Message: createHash("sha256").update(input, "utf8").digest(),
          MessageType: "DIGEST",
          SigningAlgorithm: "ECDSA_SHA_256",
        }),
      );
      if (!Signature) throw new Error("KMS gave no signature");
      return rawSignature(Signature);
    },
  };
}
