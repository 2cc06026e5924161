import { Duration, Stack } from "aws-cdk-lib";
import { CfnNamedQuery, CfnWorkGroup } from "aws-cdk-lib/aws-athena";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { eventsTable } from "../../functions/core/audit/columns.ts";
import { namedQueries } from "../../functions/core/audit/named-queries.ts";
import { acknowledge } from "../acknowledged.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";
import type { AuditBucket } from "./bucket.ts";

const GIGABYTE = 1_000_000_000;
/** What one query may read at most: some 5 US dollars a terabyte, so half a dollar. */
export const SCAN_LIMIT_GIGABYTES = 100;

/** Where auditors ask: a workgroup whose settings a client cannot override, its results, and the published queries. */
export class AuditQueries extends Construct {
  readonly results: Bucket;
  private readonly record: AuditBucket;

  constructor(scope: Construct, id: string, record: AuditBucket) {
    super(scope, id);
    const { enforceTls, keepData, namedQueries: publish } = targetOf(this);
    this.record = record;
    this.results = new Bucket(this, "Results", {
      bucketName: names.resultsBucket,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.KMS,
      encryptionKey: record.key, // results are the record in another form
      bucketKeyEnabled: true,
      enforceSSL: enforceTls,
      lifecycleRules: [{ expiration: Duration.days(30) }],
      removalPolicy: keepData,
    });
    acknowledge(
      this.results,
      "AwsSolutions-S1",
      "Copies that go after 30 days; Athena's own history says who asked what.",
    );
    const workgroup = new CfnWorkGroup(this, "Workgroup", {
      name: names.workgroup,
      description: "Latchkey: questions to the audit record",
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: SCAN_LIMIT_GIGABYTES * GIGABYTE,
        resultConfiguration: {
          outputLocation: `s3://${this.results.bucketName}/results/`,
          encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKey: record.key.keyArn },
        },
      },
    });
    if (!publish) return;
    for (const { name, description, forAthena } of namedQueries) {
      new CfnNamedQuery(this, name, {
        name,
        description,
        queryString: forAthena,
        database: eventsTable.database,
        workGroup: names.workgroup,
      }).addResourceDependency(workgroup);
    }
  }

  /**
   * What an auditor needs: run queries here, read the record, read and write results. Cannot delete anything.
   * https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html
   */
  permitAuditing(): PolicyStatement[] {
    const arn = (service: string, resource: string, resourceName?: string) =>
      Stack.of(this).formatArn({ service, resource, ...(resourceName ? { resourceName } : {}) });
    const workgroup = arn("athena", "workgroup", names.workgroup);
    const { bucket, key } = this.record;
    return [
      allow(
        [
          "athena:GetNamedQuery",
          "athena:GetWorkGroup",
          "athena:ListNamedQueries",
          "athena:StartQueryExecution",
        ],
        [workgroup],
      ),
      allow(
        ["athena:GetQueryExecution", "athena:GetQueryResults", "athena:StopQueryExecution"],
        [targetOf(this).about(workgroup)],
      ),
      allow(
        ["glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"],
        [
          arn("glue", "catalog"),
          arn("glue", "database", eventsTable.database),
          arn("glue", "table", `${eventsTable.database}/*`),
        ],
      ),
      allow(
        ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketVersions"],
        [bucket.bucketArn, this.results.bucketArn],
      ),
      allow(["s3:GetObject", "s3:GetObjectVersion"], [bucket.arnForObjects("*")]),
      allow(["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], [this.results.arnForObjects("*")]),
      allow(["kms:Decrypt", "kms:GenerateDataKey"], [key.keyArn]),
    ];
  }
}
