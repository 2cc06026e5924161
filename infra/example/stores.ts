import { Aws, RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { targetOf } from "../local.ts";

const BUCKETS = ["training", "staging", "production"];
const TABLES = [
  { name: "features", keys: ["entity", "feature"] },
  { name: "prompts", keys: ["id"] },
  { name: "customers", keys: ["id"] },
  { name: "finetuning", keys: ["run"] },
];

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
  }
}
