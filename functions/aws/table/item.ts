import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { Table } from "./client.ts";
import type { Item } from "./transaction.ts";

/** Reads any item by its key, strongly consistent. */
export async function readItem(
  table: Table,
  { pk, sk }: { pk: string; sk: string },
): Promise<Item | undefined> {
  const answer = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { pk, sk }, ConsistentRead: true }),
  );
  return answer.Item;
}
