import { CfnOutput, Stack } from "aws-cdk-lib";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { AuditAlarms } from "./audit/alarms.ts";
import { AuditBucket } from "./audit/bucket.ts";
import { AuditCatalog } from "./audit/catalog.ts";
import { DigestAlarms } from "./audit/digest-alarms.ts";
import { AuditQueries } from "./audit/queries.ts";
import { UsageTrail } from "./audit/trail.ts";
import { TrailBucket } from "./audit/trail-bucket.ts";
import { UsageAlarms } from "./audit/usage-alarms.ts";
import type { Sender } from "./broker/sender.ts";
import type { BrokerTable } from "./broker/table.ts";
import { ExportAudit } from "./functions/export-audit.ts";
import { ImportUsage } from "./functions/import-usage.ts";
import { SignDigest } from "./functions/sign-digest.ts";
import { KeyAlarms } from "./key-alarms.ts";
import { LastStop } from "./last-stop.ts";
import { targetOf } from "./local.ts";
import { names } from "./names.ts";
import type { Settings } from "./settings.ts";
import { SigningKey } from "./signing-key.ts";

export type AuditStackProps = Settings & {
  table: BrokerTable;
  sender: Sender;
  alarmTopic: ITopic | undefined;
};

/** The record: its bucket, what fills it, and how auditors ask it. */
export class AuditStack extends Stack {
  readonly queries: AuditQueries;

  constructor(scope: Construct, id: string, props: AuditStackProps) {
    const { bundle, deployment, table, sender, alarmTopic } = props;
    super(scope, id, { description: "Latchkey: the audit record" });

    const record = new AuditBucket(this, "Record", deployment.auditLock);
    // Apart from the record's own key, and from the permits': who may use one has no use of the others.
    const digestKey = new SigningKey(this, "DigestKey", {
      purpose: "digest",
      generation: deployment.record.digestKey,
    });
    const failures = new LastStop(this, "ExportFailures", names.exportFailures);
    const exporter = new ExportAudit(this, { table, bucket: record, failures, record: deployment.record });
    const signer = new SignDigest(this, {
      table,
      bucket: record,
      key: digestKey,
      sender,
      record: deployment.record,
    });
    const catalog = new AuditCatalog(this, "Catalog", record.bucket);
    this.queries = new AuditQueries(this, "Queries", record);
    new AuditAlarms(this, "Alarms", { exporter, failures, topic: alarmTopic });
    new KeyAlarms(this, "KeyAlarms", {
      prefix: "record-",
      keys: [record.key, digestKey.key],
      users: { Digests: signer.logGroup, Export: exporter.logGroup },
      topic: alarmTopic,
    });
    new DigestAlarms(this, "DigestAlarms", { signer, topic: alarmTopic });

    const { catalogue } = bundle;
    const trailBucket = new TrailBucket(this, "TrailBucket");
    const importer = new ImportUsage(this, { record, trailBucket, catalogue });
    new UsageAlarms(this, "UsageAlarms", { importer, topic: alarmTopic });
    if (deployment.record.usageTrail && targetOf(this).trail)
      new UsageTrail(this, "UsageTrail", { catalogue, record, deliverTo: trailBucket });

    new CfnOutput(this, "AuditBucketName", { value: record.bucket.bucketName });
    new CfnOutput(this, "WorkgroupName", { value: names.workgroup });
    new CfnOutput(this, "DatabaseName", { value: catalog.databaseName });
  }
}
