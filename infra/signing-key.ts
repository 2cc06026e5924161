import { Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { targetOf } from "./local.ts";
import { names } from "./names.ts";

/**
 * A key pair that signs one sort of thing, and never leaves KMS. KMS rotates no asymmetric key by itself: a new one is
 * made and the alias moved to it; the old one stays enabled, so that what it signed can be verified (docs/operations.md).
 * https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
 */
export class SigningKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, purpose: "digest" | "permit") {
    super(scope, id);
    this.key = new Key(this, "Key", {
      alias: names.keyAlias(purpose),
      description: `Latchkey: signs each ${purpose}`,
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: targetOf(this).keepData,
    });
  }
}
