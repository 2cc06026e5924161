import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { keys } from "./keys.ts";

/**
 * Takes a closed grant out of its agent's set of open ones. A set of ids, not a number: taking the same id out twice,
 * late or in any order comes to the same (I-45). False where there is no quota item, which is made by asking only.
 */
export async function lowerQuota(table: Table, agent: string, grantId: string): Promise<boolean> {
  return held(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keys.quota(agent),
        UpdateExpression: "DELETE #open :id",
        // Without it DynamoDB would make an empty item.
        ConditionExpression: "attribute_exists(pk)",
        ExpressionAttributeNames: { "#open": "open" },
        ExpressionAttributeValues: { ":id": new Set([grantId]) },
      }),
    ),
  );
}
