import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { keys } from "../../functions/aws/table/keys.ts";
import { admin, local } from "./world.ts";

/**
 * As if an hour of the clock had begun: all tests on one local AWS share what a person is mailed in an hour (I-45), and
 * one that asks people often begins with this.
 */
export async function newHourOfMails(): Promise<void> {
  const table = new DynamoDBClient(await admin());
  for (const person of Object.keys(local().identities)) {
    const begin = new UpdateItemCommand({
      TableName: local().tableName,
      Key: marshall(keys.mails(person)),
      ConditionExpression: "attribute_exists(pk)",
      UpdateExpression: "SET #hour = :earlier",
      ExpressionAttributeNames: { "#hour": "hour" },
      ExpressionAttributeValues: { ":earlier": { S: "2000-01-01T00" } },
    });
    await table.send(begin).catch((fault: unknown) => {
      if (!(fault instanceof ConditionalCheckFailedException)) throw fault; // nobody mailed them yet
    });
  }
  table.destroy();
}
