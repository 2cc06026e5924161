import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Table } from "./client.ts";

/** All that the exporter is ever shown of an item. */
export const EVENT_ATTRIBUTES = ["pk", "sk", "entity", "body", "hash"] as const;

type Key = { pk: string; sk: string };
/** `images`: as the stream has items. */
type ScannedPage = { images: Record<string, AttributeValue>[]; next: Key | undefined };

/** One page of a scan of the whole table, its events alone. A page is a megabyte of items, so it may have none. */
export async function scanEvents(table: Table, after: Key | undefined): Promise<ScannedPage> {
  const names = Object.fromEntries(EVENT_ATTRIBUTES.map((name) => [`#${name}`, name]));
  const answer = await table.client.send(
    new ScanCommand({
      TableName: table.name,
      FilterExpression: "#entity = :event",
      Select: "SPECIFIC_ATTRIBUTES",
      ProjectionExpression: Object.keys(names).join(", "),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ":event": "event" },
      ConsistentRead: true,
      ...(after ? { ExclusiveStartKey: after } : {}),
    }),
  );
  const { pk, sk } = answer.LastEvaluatedKey ?? {};
  return {
    images: (answer.Items ?? []).map((item) => marshall(item)),
    next: typeof pk === "string" && typeof sk === "string" ? { pk, sk } : undefined,
  };
}
