import { Aws, Duration } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { CfnEventInvokeConfig } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { Catalogue } from "../../functions/core/catalogue.ts";
import { env } from "../../functions/import-usage/env.ts";
import { otherAccounts } from "../access-roles/access-role.ts";
import { acknowledge } from "../acknowledged.ts";
import type { AuditBucket } from "../audit/bucket.ts";
import type { TrailBucket } from "../audit/trail-bucket.ts";
import { CapabilityFunction } from "../function.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";

type Props = { record: AuditBucket; trailBucket: TrailBucket; catalogue: Catalogue };

/** Turns each file that CloudTrail delivers into rows of use. Reads the trail's bucket, adds under `usage/`, no more. */
export class ImportUsage extends CapabilityFunction<typeof env> {
  readonly failures: Queue;

  constructor(scope: Construct, { record, trailBucket, catalogue }: Props) {
    const failures = new Queue(scope, "ImportUsageFailures", {
      queueName: names.usageFailures,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: targetOf(scope).enforceTls,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(
      failures,
      "AwsSolutions-SQS3",
      "It is the last stop itself, with an alarm; nothing consumes it.",
    );
    const files = trailBucket.bucket.arnForObjects("AWSLogs/*");
    const usage = record.bucket.arnForObjects("usage/*");
    super(scope, "import-usage", {
      description: "Latchkey: import what minted sessions called",
      env,
      environment: {
        TRAIL_BUCKET: trailBucket.bucket.bucketName,
        AUDIT_BUCKET: record.bucket.bucketName,
        ACCESS_ACCOUNTS: [Aws.ACCOUNT_ID, ...otherAccounts(catalogue)].join(","),
      },
      permissions: [
        allow(["s3:GetObject"], [files]),
        ...record.permitAdding([usage]),
        allow(["sqs:SendMessage"], [failures.queueArn]),
      ],
      wildcards: {
        [files]: "CloudTrail names its files by account, region and day.",
        [usage]: "Objects are named by day and content.",
      },
      memoryMb: 1024,
      timeoutSeconds: 300,
      reservedConcurrency: 5, // a day's files that come at once wait their turn, and take nobody's capacity
    });
    this.failures = failures;

    // Two ways to fail: the run (Lambda tries twice more, then names it here), and reaching it at all (the rule's).
    new CfnEventInvokeConfig(this, "Retries", {
      functionName: this.functionName,
      qualifier: "$LATEST",
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: Duration.hours(6).toSeconds(),
      destinationConfig: { onFailure: { destination: failures.queueArn } },
    });
    new Rule(this, "NewFiles", {
      description: "Latchkey: CloudTrail delivered what minted sessions called",
      eventPattern: {
        source: ["aws.s3"],
        detailType: ["Object Created"],
        detail: {
          bucket: { name: [trailBucket.bucket.bucketName] },
          object: { key: [{ suffix: ".json.gz" }] },
        },
      },
      targets: [
        new LambdaFunction(this, {
          maxEventAge: Duration.hours(6),
          retryAttempts: 20,
          deadLetterQueue: failures,
        }),
      ],
    });
  }
}
