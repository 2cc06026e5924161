import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";

/** Seals minted sessions: the minter may only close, the collecting function only open, both only with a context. */
export class SealKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, "Key", {
      alias: names.keyAlias("seal"),
      description: "Latchkey: seals minted sessions until their agent collects them",
      enableKeyRotation: true,
      removalPolicy: targetOf(this).keepData,
    });
  }

  permitClosing(): PolicyStatement {
    return this.permit("kms:GenerateDataKey");
  }

  permitOpening(): PolicyStatement {
    return this.permit("kms:Decrypt");
  }

  /** A call without the whole encryption context is refused, whatever the code does. */
  private permit(action: string): PolicyStatement {
    const bound = targetOf(this).where({
      Null: {
        "kms:EncryptionContext:grant": "false",
        "kms:EncryptionContext:agent": "false",
        "kms:EncryptionContext:attempt": "false",
      },
    });
    return allow([action], [this.key.keyArn], bound);
  }
}
