import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import type { Signer } from "../../functions/aws/signer.ts";

/** A key pair as KMS holds one, without KMS. */
export class FakeSigner implements Signer {
  private key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  before: (() => void) | undefined;
  signed = 0;

  /** From now on another key is behind the alias. */
  rotate(): void {
    this.key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  }
  restore(pem: string): void {
    this.key = createPrivateKey(pem);
  }
  privatePem(): string {
    return this.key.export({ type: "pkcs8", format: "pem" }).toString();
  }

  async publicPem(): Promise<string> {
    return createPublicKey(this.key).export({ type: "spki", format: "pem" }).toString();
  }
  async sign(input: string): Promise<Uint8Array> {
    this.before?.();
    this.signed += 1;
    return sign("sha256", Buffer.from(input), { key: this.key, dsaEncoding: "ieee-p1363" });
  }
}
