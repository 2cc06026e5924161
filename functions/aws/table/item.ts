import { GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { readable } from "../../core/stored.ts";
import type { Table } from "./client.ts";
import type { Item } from "./transaction.ts";

/** Reads any item by its key, strongly consistent. Throws where a later release wrote it in a form of its own. */
export async function readItem(
  table: Table,
  { pk, sk }: { pk: string; sk: string },
): Promise<Item | undefined> {
  const answer = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { pk, sk }, ConsistentRead: true }),
  );
  return answer.Item && readable(answer.Item);
}

/** Reads all items of a partition whose sort key begins so, page by page, strongly consistent. */
export async function readAll(table: Table, from: { pk: string; sk: string }): Promise<Item[]> {
  const items: Item[] = [];
  let after: Item | undefined;
  do {
    const answer = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues: { ":pk": from.pk, ":prefix": from.sk },
        ConsistentRead: true,
        ...(after ? { ExclusiveStartKey: after } : {}),
      }),
    );
    items.push(...(answer.Items ?? []).map(readable));
    after = answer.LastEvaluatedKey;
  } while (after);
  return items;
}
