import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledged.ts";
import { targetOf } from "./local.ts";

/** A queue where what was given up on waits for a person: kept for two weeks, with an alarm, consumed by nothing. */
export class LastStop extends Queue {
  constructor(scope: Construct, id: string, queueName: string) {
    super(scope, id, {
      queueName,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: targetOf(scope).enforceTls,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this, "AwsSolutions-SQS3", "It is the last stop itself, with an alarm; nothing consumes it.");
  }
}
