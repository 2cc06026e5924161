import { Duration } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { CfnEventInvokeConfig } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { BUS_SOURCE } from "../../functions/aws/bus.ts";
import { env } from "../../functions/notify/env.ts";
import { noticedTypes } from "../../functions/notify/notices.ts";
import { acknowledge } from "../acknowledged.ts";
import type { Bus } from "../broker/bus.ts";
import type { SlackWebhook } from "../broker/slack-webhook.ts";
import { CapabilityFunction } from "../function.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";

type Props = { bus: Bus; slackWebhook: SlackWebhook };

/** Tells people's channels of what concerns them. Fed from the bus: nothing that it does can delay a grant. */
export class Notify extends CapabilityFunction<typeof env> {
  readonly failures: Queue;

  constructor(scope: Construct, { bus, slackWebhook }: Props) {
    const failures = new Queue(scope, "NotifyFailures", {
      queueName: names.notifyFailures,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: targetOf(scope).enforceTls,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(
      failures,
      "AwsSolutions-SQS3",
      "It is the last stop itself, with an alarm; nothing consumes it.",
    );
    super(scope, "notify", {
      description: "Latchkey: tell people's channels",
      env,
      environment: { SLACK_SECRET_ID: slackWebhook.secretName },
      permissions: [slackWebhook.permitReading(), allow(["sqs:SendMessage"], [failures.queueArn])],
      timeoutSeconds: 30,
      reservedConcurrency: 2, // Slack takes about one message a second; what is throttled waits its turn
    });
    this.failures = failures;

    // Two ways to fail: the run (Lambda tries twice more, then names it here), and reaching it at all (the rule's).
    new CfnEventInvokeConfig(this, "Retries", {
      functionName: this.functionName,
      qualifier: "$LATEST",
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: Duration.hours(1).toSeconds(),
      destinationConfig: { onFailure: { destination: failures.queueArn } },
    });
    new Rule(this, "Notices", {
      eventBus: bus.bus,
      description: "Latchkey: what people are told of",
      eventPattern: { source: [BUS_SOURCE], detailType: noticedTypes },
      targets: [
        new LambdaFunction(this, {
          maxEventAge: Duration.hours(1),
          retryAttempts: 20,
          deadLetterQueue: failures,
        }),
      ],
    });
  }
}
