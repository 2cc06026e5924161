import { Aws, Duration, RemovalPolicy } from "aws-cdk-lib";
import { CfnWorkGroup } from "aws-cdk-lib/aws-athena";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { targetOf } from "../local.ts";

const DATABASE = "northwind";
const FIRST_MONTH = "2025-04";

/** By month, without a header. The second has the claimants: a tab is in no name. */
const TABLES = [
  {
    ...{ id: "Table", name: "claims_by_month", delimiter: "," },
    columns: { claim_type: "string", claims: "int" },
  },
  {
    ...{ id: "DetailTable", name: "claims_detail", delimiter: "\t" },
    columns: {
      ...{ claim_id: "string", full_name: "string", email: "string" },
      ...{ country: "string", claim_type: "string", amount: "double" },
    },
  },
];

const textFiles = (delimiter: string) => ({
  inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
  serdeInfo: {
    serializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    parameters: { "field.delim": delimiter },
  },
});

/** A table of sums and one of claims for Athena, a workgroup for agents, and where their results go. */
export class ExampleWarehouse extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const bucket = (name: string, keep: Partial<{ expiration: Duration }>) =>
      new Bucket(this, name, {
        bucketName: `latchkey-example-${name}-${Aws.ACCOUNT_ID}`,
        blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
        encryption: BucketEncryption.S3_MANAGED,
        enforceSSL: targetOf(this).enforceTls,
        lifecycleRules: keep.expiration ? [keep] : [],
        removalPolicy: RemovalPolicy.DESTROY,
      });
    const { bucketName } = bucket("warehouse", {});
    bucket("results", { expiration: Duration.days(1) });
    // Each grant's queries say where their results go: a workgroup that overrode that would put them where none may read.
    // https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
    new CfnWorkGroup(this, "Workgroup", {
      name: "northwind-agents",
      description: "Queries of agents, under Latchkey",
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: false,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: 10_000_000_000,
      },
    });
    const database = new CfnDatabase(this, "Database", {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: DATABASE, description: "What the example company counts" },
    });
    for (const { id: tableId, name, delimiter, columns } of TABLES) {
      const location = `s3://${bucketName}/${name}/`;
      new CfnTable(this, tableId, {
        catalogId: Aws.ACCOUNT_ID,
        databaseName: DATABASE,
        tableInput: {
          name,
          tableType: "EXTERNAL_TABLE",
          partitionKeys: [{ name: "month", type: "string" }],
          storageDescriptor: {
            ...textFiles(delimiter),
            columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })),
            location,
          },
          parameters: {
            classification: "csv",
            "projection.enabled": "true",
            "projection.month.type": "date",
            "projection.month.format": "yyyy-MM",
            "projection.month.range": `${FIRST_MONTH},NOW`,
            "projection.month.interval": "1",
            "projection.month.interval.unit": "MONTHS",
            "storage.location.template": `${location}month=\${month}/`,
          },
        },
      }).addResourceDependency(database);
    }
  }
}
