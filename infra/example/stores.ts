import { Aws, RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { Construct } from "constructs";
import { targetOf } from "../local.ts";
import { ExampleWarehouse } from "./warehouse.ts";

const BUCKETS = ["training", "staging", "production"];
const TABLES = [
  { name: "features", keys: ["entity", "feature"] },
  { name: "prompts", keys: ["id"] },
  { name: "customers", keys: ["id"] },
  { name: "finetuning", keys: ["run"] },
];
const SETTINGS = { "learning-rate": "1e-5", epochs: "3", "warmup-steps": "200" };

/** What the example company has: made-up data that the demo puts in and anybody may throw away. */
export class ExampleStores extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const removalPolicy = RemovalPolicy.DESTROY;
    for (const name of BUCKETS) {
      new Bucket(this, name, {
        bucketName: `latchkey-example-${name}-${Aws.ACCOUNT_ID}`,
        blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
        encryption: BucketEncryption.S3_MANAGED,
        enforceSSL: targetOf(this).enforceTls,
        removalPolicy,
      });
    }
    for (const { name, keys } of TABLES) {
      const [partitionKey, sortKey] = keys.map((key) => ({ name: key, type: AttributeType.STRING }));
      new Table(this, name, {
        tableName: `latchkey-example-${name}`,
        partitionKey: partitionKey ?? { name: "id", type: AttributeType.STRING },
        ...(sortKey ? { sortKey } : {}),
        billingMode: BillingMode.PAY_PER_REQUEST,
        removalPolicy,
      });
    }
    for (const [name, stringValue] of Object.entries(SETTINGS)) {
      new StringParameter(this, name, { parameterName: `/latchkey-example-runs/${name}`, stringValue });
    }
    // Made up by CloudFormation, so that it is in no template.
    new Secret(this, "crm-token", { secretName: "latchkey-example-crm-token", removalPolicy });
    new ExampleWarehouse(this, "Warehouse");
  }
}
