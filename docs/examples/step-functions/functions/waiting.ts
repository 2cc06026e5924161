import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";

const item = z.strictObject({
  grantId: z.string(),
  /** The right to answer one state of one execution: nowhere but here. */
  taskToken: z.string(),
  /** Which try of the state it belongs to: each has a token of its own. */
  attempt: z.int().min(0),
  /** Name of the execution. */
  name: z.string(),
});
export type Wait = z.infer<typeof item>;

/** Who waits for a grant. */
export type Waiting = {
  /** False when a later try waits already: this one's token is worth nothing any more. */
  put(wait: Wait): Promise<boolean>;
  read(grantId: string): Promise<Wait | undefined>;
  /** Takes this very wait out, and no later try's. */
  remove(wait: Wait): Promise<void>;
};

/** Longer than an execution waits. DynamoDB takes out later what nobody answered. */
const KEPT_SECONDS = 9 * 86_400;

async function unlessItChanged(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (fault) {
    if (fault instanceof ConditionalCheckFailedException) return false;
    throw fault;
  }
}

export function openWaiting(TableName: string, now: () => number): Waiting {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  return {
    put: (wait) =>
      unlessItChanged(
        client.send(
          new PutCommand({
            TableName,
            Item: { ...wait, expires: Math.floor(now() / 1000) + KEPT_SECONDS },
            ConditionExpression: "attribute_not_exists(grantId) OR attempt <= :attempt",
            ExpressionAttributeValues: { ":attempt": wait.attempt },
          }),
        ),
      ),
    read: async (grantId) => {
      const answer = await client.send(new GetCommand({ TableName, Key: { grantId }, ConsistentRead: true }));
      if (!answer.Item) return undefined;
      const { expires: _expires, ...wait } = answer.Item;
      return item.parse(wait);
    },
    remove: async ({ grantId, taskToken }) => {
      await unlessItChanged(
        client.send(
          new DeleteCommand({
            TableName,
            Key: { grantId },
            ConditionExpression: "taskToken = :token",
            ExpressionAttributeValues: { ":token": taskToken },
          }),
        ),
      );
    },
  };
}
