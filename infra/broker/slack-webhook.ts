import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { CfnSecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { NO_WEBHOOK } from "../../functions/notify/channels/slack.ts";
import { acknowledge } from "../acknowledged.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";

/** The URL of Slack's incoming webhook. An operator puts it there; a deploy that does not change this leaves it alone. */
export class SlackWebhook extends Construct {
  readonly secretName = names.slackWebhook;
  private readonly secret: CfnSecret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.secret = new CfnSecret(this, "Secret", {
      name: this.secretName,
      description: `Latchkey: URL of the incoming webhook of Slack, or ${NO_WEBHOOK}`,
      secretString: NO_WEBHOOK,
    });
    this.secret.applyRemovalPolicy(targetOf(this).keepData);
    acknowledge(
      this.secret,
      "AwsSolutions-SMG4",
      "Slack makes the URL anew only by hand; the runbook says how.",
    );
  }

  /** By its `Id`, which is the ARN; `Ref` is another thing on the local AWS. */
  permitReading(): PolicyStatement {
    return allow(["secretsmanager:GetSecretValue"], [this.secret.attrId]);
  }
}
