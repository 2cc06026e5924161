import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { acknowledge } from "../acknowledged.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";

/** Where Lambda says which stretch of the stream it gave up on, so that a backfill knows what to make again. */
export class ExportFailures extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      queueName: names.exportFailures,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: targetOf(scope).enforceTls,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this, "AwsSolutions-SQS3", "It is the last stop itself, with an alarm; nothing consumes it.");
  }
}
