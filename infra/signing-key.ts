import { Alias, Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { targetOf } from "./local.ts";
import { names } from "./names.ts";

type Props = { purpose: "digest" | "permit"; generation?: number };

/**
 * A key pair that signs one sort of thing, and never leaves KMS. KMS rotates no asymmetric key by itself: the next
 * generation is a key of its own, and the alias moves to it. The old one stays in the account (the template lets go of
 * it, and it is retained), enabled, with no role that may use it; its public key is kept and published.
 * https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
 */
export class SigningKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, { purpose, generation = 1 }: Props) {
    super(scope, id);
    this.key = new Key(this, generation === 1 ? "Key" : `Key${generation}`, {
      description: `Latchkey: signs each ${purpose}`,
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: targetOf(this).keepData,
    });
    new Alias(this, "Alias", { aliasName: names.keyAlias(purpose), targetKey: this.key });
  }
}
