import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  paginateDescribeLogGroups,
} from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import {
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  paginateListRoles,
} from "@aws-sdk/client-iam";
import { GetObjectCommand, ListBucketsCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { paginateListQueues, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { rowsOf } from "../functions/export-audit/read.ts";
import { type Admin, readStream } from "./stream.ts";

/** Something that a deployment keeps: where, and what. */
export type Kept = { place: string; content: string | Buffer };
export type Where = { tableName: string; stateMachineArn: string };

/** Parquet has 64-bit numbers. */
const plain = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);
const json = (place: string, content: unknown): Kept => ({
  place,
  content: JSON.stringify(content, plain) ?? "",
});

async function* logLines(admin: Admin): AsyncGenerator<Kept> {
  const client = new CloudWatchLogsClient(admin);
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {}))
    for (const { logGroupName = "" } of logGroups)
      for (let nextToken: string | undefined, first = true; first || nextToken; first = false) {
        const page = await client.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
        nextToken = page.nextToken === nextToken ? undefined : page.nextToken;
        const lines = (page.events ?? []).map(({ message = "" }) => message);
        if (lines.length > 0) yield { place: `log ${logGroupName}`, content: lines.join("\n") };
      }
}

async function* tableItems(admin: Admin, { tableName }: Where): AsyncGenerator<Kept> {
  const client = new DynamoDBClient(admin);
  for await (const { Items = [] } of paginateScan({ client }, { TableName: tableName }))
    for (const item of Items) yield json(`item ${item.entity?.S} ${item.pk?.S} ${item.sk?.S}`, item);
}

async function* streamRecords(admin: Admin, { tableName }: Where): AsyncGenerator<Kept> {
  for await (const record of readStream(admin, tableName)) {
    const { NewImage, OldImage } = record.dynamodb ?? {};
    const entity = (NewImage ?? OldImage)?.entity?.S;
    yield json(`stream record of ${entity}`, record);
  }
}

async function* histories(admin: Admin, { stateMachineArn }: Where): AsyncGenerator<Kept> {
  const client = new SFNClient(admin);
  for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn }))
    for (const { executionArn } of executions) {
      const { input, output, error, cause } = await client.send(
        new DescribeExecutionCommand({ executionArn }),
      );
      yield json(`execution ${executionArn}`, { input, output, error, cause });
      for await (const { events } of paginateGetExecutionHistory({ client }, { executionArn }))
        yield json(`history ${executionArn}`, events);
    }
}

/** All but CDK's own, which holds code that was built before there was any secret. Parquet also as its rows. */
async function* objects(admin: Admin): AsyncGenerator<Kept> {
  const client = new S3Client({ ...admin, forcePathStyle: true });
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  for (const { Name: Bucket = "" } of Buckets.filter(({ Name }) => !Name?.startsWith("cdk-")))
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket }))
      for (const { Key = "" } of Contents) {
        const { Body, Metadata } = await client.send(new GetObjectCommand({ Bucket, Key }));
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        const place = `object s3://${Bucket}/${Key}`;
        yield { place, content: bytes };
        yield json(place, { Key, Metadata });
        if (Key.endsWith(".parquet")) yield json(`rows of ${place}`, await rowsOf(bytes));
      }
}

const PEEKS = 5;
/** Looked at, not taken: what is received stays visible. SQS answers with some of what there is, so a few times. */
async function* messages(admin: Admin): AsyncGenerator<Kept> {
  const client = new SQSClient(admin);
  for await (const { QueueUrls = [] } of paginateListQueues({ client }, {}))
    for (const QueueUrl of QueueUrls)
      for (let peek = 0; peek < PEEKS; peek += 1) {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
        );
        if (Messages.length === 0) break;
        yield json(`message in ${QueueUrl.split("/").at(-1)}`, Messages);
      }
}

/** Inline policies of every role: the deny lists, and whatever else somebody put there. */
async function* rolePolicies(admin: Admin): AsyncGenerator<Kept> {
  const client = new IAMClient(admin);
  for await (const { Roles = [] } of paginateListRoles({ client }, {}))
    for (const { RoleName } of Roles) {
      const { PolicyNames = [] } = await client.send(new ListRolePoliciesCommand({ RoleName }));
      for (const PolicyName of PolicyNames)
        yield json(
          `policy ${PolicyName} of ${RoleName}`,
          await client.send(new GetRolePolicyCommand({ RoleName, PolicyName })),
        );
    }
}

/** Everything that a deployment keeps of what it did: logs, items, stream, workflows, objects, messages, policies. */
export async function* everythingKept(admin: Admin, where: Where): AsyncGenerator<Kept> {
  yield* logLines(admin);
  yield* tableItems(admin, where);
  yield* streamRecords(admin, where);
  yield* histories(admin, where);
  yield* objects(admin);
  yield* messages(admin);
  yield* rolePolicies(admin);
}
