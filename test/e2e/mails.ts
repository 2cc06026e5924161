import { DynamoDBClient, paginateScan, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { admin, local } from "./world.ts";

/**
 * As if an hour of the clock had begun: all tests on one local AWS share what a person is mailed in an hour (I-45), and
 * one that asks people often begins with this.
 */
export async function newHourOfMails(): Promise<void> {
  const client = new DynamoDBClient(await admin());
  const TableName = local().tableName;
  const counters = {
    TableName,
    FilterExpression: "entity = :mails",
    ExpressionAttributeValues: { ":mails": { S: "mails" } },
  };
  for await (const { Items = [] } of paginateScan({ client }, counters))
    for (const { pk, sk } of Items)
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key: { pk, sk } as Record<string, { S: string }>,
          UpdateExpression: "SET #hour = :earlier",
          ExpressionAttributeNames: { "#hour": "hour" },
          ExpressionAttributeValues: { ":earlier": { S: "2000-01-01T00" } },
        }),
      );
  client.destroy();
}
