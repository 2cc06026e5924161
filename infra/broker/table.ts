import { Aws, Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from "aws-cdk-lib/aws-dynamodb";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { BY_AGENT, DUE, MOVED, WAITING } from "../../functions/aws/table/keys.ts";
import { FORGET_AT } from "../../functions/aws/table/watched.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";

/** What functions may do with items. Batches and anything about the table itself are not among them; a scan is `permitScanning`'s alone. */
export type ItemAction = "GetItem" | "Query" | "PutItem" | "UpdateItem" | "DeleteItem" | "ConditionCheckItem";
type IndexName = typeof BY_AGENT | typeof DUE | typeof MOVED | typeof WAITING;

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** Streams are listed, not named: by the table's fixed name, so that another stack can say it too. */
export const anyStreamArn = (scope: Construct): string =>
  Stack.of(scope).formatArn({
    service: "dynamodb",
    resource: "table",
    resourceName: `${names.table}/stream/*`,
  });

/** The one table, its key, and its stream. */
export class BrokerTable extends Construct {
  readonly table: Table;
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { keepData, deletionProtection } = targetOf(this);

    this.key = new Key(this, "Key", {
      alias: names.keyAlias("table"),
      description: "Latchkey: encrypts the table of grants",
      enableKeyRotation: true,
      removalPolicy: keepData,
    });
    this.table = new Table(this, "Table", {
      tableName: names.table,
      partitionKey: text("pk"),
      sortKey: text("sk"),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      // Of what red flags keep alone: hygiene, never a timer (I-44).
      timeToLiveAttribute: FORGET_AT,
      deletionProtection,
      removalPolicy: keepData,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: BY_AGENT,
      partitionKey: text("gsi1pk"),
      sortKey: text("gsi1sk"),
      projectionType: ProjectionType.ALL,
    });
    // Sparse: only while a stage is open.
    this.table.addGlobalSecondaryIndex({
      indexName: WAITING,
      partitionKey: text("waitingPk"),
      sortKey: text("waitingSk"),
      projectionType: ProjectionType.ALL,
    });
    // Keys only: whoever finds something due reads the item itself, strongly consistent.
    this.table.addGlobalSecondaryIndex({
      indexName: DUE,
      partitionKey: text("duePk"),
      sortKey: text("dueSk"),
      projectionType: ProjectionType.KEYS_ONLY,
    });
    // Keys only, likewise: a digest states heads that were read from the grants themselves.
    this.table.addGlobalSecondaryIndex({
      indexName: MOVED,
      partitionKey: text("movedPk"),
      sortKey: text("movedSk"),
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }

  /** Items of the table, and Query on the indexes that are named. Transactions need the actions of their members. */
  permit(actions: ItemAction[], ...indexes: IndexName[]): PolicyStatement[] {
    return [
      allow(
        actions.map((action) => `dynamodb:${action}`),
        [this.table.tableArn],
      ),
      ...this.permitIndexes(indexes),
      this.permitUse(),
    ];
  }

  /**
   * Likewise, and only in partitions whose keys are like these. `Null`, because ForAllValues is true of a request that has
   * no such key; every request for items has one.
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html#FGAC_DDB.ConditionKeys
   */
  permitPartitions(
    partitions: { [action in ItemAction]?: string[] },
    ...indexes: IndexName[]
  ): PolicyStatement[] {
    const where = (like: string[]) =>
      targetOf(this).where({
        "ForAllValues:StringLike": { "dynamodb:LeadingKeys": like },
        Null: { "dynamodb:LeadingKeys": "false" },
      });
    const items = Object.entries(partitions).map(([action, like]) =>
      allow([`dynamodb:${action}`], [this.table.tableArn], where(like)),
    );
    return [...items, ...this.permitIndexes(indexes), this.permitUse()];
  }

  /**
   * To go through the whole table, and to be shown these attributes alone: a request that names others, or none, is
   * refused. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
   */
  permitScanning(attributes: string[]): PolicyStatement[] {
    const conditions = targetOf(this).where({
      "ForAllValues:StringEquals": { "dynamodb:Attributes": attributes },
      Null: { "dynamodb:Attributes": "false" },
      StringEquals: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
    });
    return [allow(["dynamodb:Scan"], [this.table.tableArn], conditions)];
  }

  /** To poll the stream. https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html */
  permitStream(): PolicyStatement[] {
    return [
      allow(
        ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        [this.table.tableStreamArn ?? ""],
      ),
      allow(["dynamodb:ListStreams"], [anyStreamArn(this)]),
      this.permitKey("kms:Decrypt", "kms:DescribeKey"),
    ];
  }

  private permitIndexes(indexes: IndexName[]): PolicyStatement[] {
    return indexes.map((index) => allow(["dynamodb:Query"], [`${this.table.tableArn}/index/${index}`]));
  }

  private permitUse(): PolicyStatement {
    return this.permitKey("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey");
  }

  /**
   * DynamoDB uses the key in the caller's name, and only DynamoDB: the condition shuts the direct way.
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-kms-authz
   */
  private permitKey(...actions: string[]): PolicyStatement {
    return allow(actions, [this.key.keyArn], {
      StringEquals: { "kms:ViaService": `dynamodb.${Aws.REGION}.${Aws.URL_SUFFIX}` },
    });
  }
}
