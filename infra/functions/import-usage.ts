import { Aws, Duration, Stack } from "aws-cdk-lib";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { Catalogue } from "../../functions/core/catalogue.ts";
import { env } from "../../functions/import-usage/env.ts";
import { otherAccounts } from "../access-roles/access-role.ts";
import type { AuditBucket } from "../audit/bucket.ts";
import type { TrailBucket } from "../audit/trail-bucket.ts";
import { CapabilityFunction } from "../function.ts";
import { LastStop } from "../last-stop.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";
import { runOn } from "../run-on.ts";

type Props = { record: AuditBucket; trailBucket: TrailBucket; catalogue: Catalogue };

/** Turns each file that CloudTrail delivers into rows of use. Reads the trail's bucket, adds under `usage/`, no more. */
export class ImportUsage extends CapabilityFunction<typeof env> {
  readonly failures: Queue;

  constructor(scope: Construct, { record, trailBucket, catalogue }: Props) {
    const failures = new LastStop(scope, "ImportUsageFailures", names.usageFailures);
    const files = trailBucket.bucket.arnForObjects("AWSLogs/*");
    const usage = record.bucket.arnForObjects("usage/*");
    // By its fixed name: it is in the broker's stack.
    const bus = Stack.of(scope).formatArn({
      service: "events",
      resource: "event-bus",
      resourceName: names.bus,
    });
    super(scope, "import-usage", {
      description: "Latchkey: import what minted sessions called",
      env,
      environment: {
        TRAIL_BUCKET: trailBucket.bucket.bucketName,
        AUDIT_BUCKET: record.bucket.bucketName,
        BUS_NAME: names.bus,
        ACCESS_ACCOUNTS: [Aws.ACCOUNT_ID, ...otherAccounts(catalogue)].join(","),
      },
      permissions: [
        allow(["s3:GetObject"], [files]),
        ...record.permitAdding([usage]),
        allow(["events:PutEvents"], [bus]),
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

    runOn(this, "NewFiles", {
      rule: {
        description: "Latchkey: CloudTrail delivered what minted sessions called",
        eventPattern: {
          source: ["aws.s3"],
          detailType: ["Object Created"],
          detail: {
            bucket: { name: [trailBucket.bucket.bucketName] },
            object: { key: [{ suffix: ".json.gz" }] },
          },
        },
      },
      failures,
      maxEventAge: Duration.hours(6),
    });
  }
}
