import { SecretValue } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { NO_WEBHOOK } from "../../functions/notify/channels/slack.ts";
import { acknowledge } from "../acknowledged.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";

/** The URL of Slack's incoming webhook. An operator puts it there; a deploy that does not change this leaves it alone. */
export class SlackWebhook extends Secret {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      secretName: names.slackWebhook,
      description: `Latchkey: URL of Slack's incoming webhook, or ${NO_WEBHOOK}`,
      secretStringValue: SecretValue.unsafePlainText(NO_WEBHOOK),
      removalPolicy: targetOf(scope).keepData,
    });
    acknowledge(this, "AwsSolutions-SMG4", "Slack makes the URL anew only by hand; the runbook says how.");
  }
}
