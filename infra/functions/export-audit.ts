import { Duration } from "aws-cdk-lib";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { EVENT_ATTRIBUTES } from "../../functions/aws/table/scan-events.ts";
import { env } from "../../functions/export-audit/env.ts";
import type { AuditBucket } from "../audit/bucket.ts";
import { readEvents } from "../broker/event-stream.ts";
import { anyStreamArn, type BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { targetOf } from "../local.ts";
import { allow } from "../permissions.ts";
import type { Deployment } from "../policy/deployment.ts";

type Props = { table: BrokerTable; bucket: AuditBucket; failures: Queue; record: Deployment["record"] };

/** Copies events from the table's stream to the audit bucket. Alone may write there, and only new objects. */
export class ExportAudit extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, bucket, failures, record }: Props) {
    const objects = ["events/*", "quarantine/*"].map((prefix) => bucket.bucket.arnForObjects(prefix));
    super(scope, "export-audit", {
      description: "Latchkey: write events to the audit bucket",
      env,
      environment: { AUDIT_BUCKET: bucket.bucket.bucketName, TABLE_NAME: table.table.tableName },
      permissions: [
        ...table.permitStream(),
        ...table.permitScanning([...EVENT_ATTRIBUTES]),
        ...bucket.permitAdding(objects),
        allow(["sqs:SendMessage"], [failures.queueArn]),
      ],
      wildcards: {
        ...Object.fromEntries(objects.map((pattern) => [pattern, "Objects are named by day and content."])),
        [anyStreamArn(scope)]: "Lambda lists a table's streams; a listing is of no single one.",
      },
      memoryMb: 1024,
      timeoutSeconds: 60,
    });

    readEvents(this, table, failures, {
      batchSize: record.exportEvents,
      maxBatchingWindow: Duration.seconds(targetOf(this).exportSeconds(record.exportSeconds)),
      parallelizationFactor: 1,
    });
  }
}
