import { QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { grantId } from "../../core/ids.ts";
import type { Table } from "./client.ts";
import { due, keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

/** One grant whose sessions of a role must be denied, until its end plus a margin. */
export const denyItem = z.object({ grantId, endsAt: z.iso.datetime() });
export type DenyItem = z.infer<typeof denyItem>;
type OnRole = { role: string; grantId: string; endsAt: string };

/** Under the role's key, every grant that has, or may have, a live session: a lockdown finds them here. */
export const livePut = (table: Table, { role, grantId: id, endsAt }: OnRole): Write => ({
  Put: { TableName: table.name, Item: { ...keys.live(role, id), entity: "live", grantId: id, endsAt } },
});
export const liveDelete = (table: Table, role: string, id: string): Write => ({
  Delete: { TableName: table.name, Key: keys.live(role, id) },
});

/** Due at the grant's end: `sweep` then sees to it that the entry leaves the list, a margin later. */
export const denyPut = (table: Table, { role, grantId: id, endsAt }: OnRole): Write => ({
  Put: {
    TableName: table.name,
    Item: { ...keys.deny(role, id), entity: "deny", grantId: id, endsAt, ...due(id, endsAt) },
  },
});
export const denyDelete = (table: Table, role: string, id: string): Write => ({
  Delete: { TableName: table.name, Key: keys.deny(role, id) },
});

/** A role's deny entries, strongly consistent: all of them, page by page. */
export async function readDenyEntries(table: Table, role: string): Promise<DenyItem[]> {
  const entries: DenyItem[] = [];
  let after: Record<string, unknown> | undefined;
  do {
    const answer = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues: { ":pk": keys.deny(role, "").pk, ":prefix": keys.deny(role, "").sk },
        ConsistentRead: true,
        ...(after ? { ExclusiveStartKey: after } : {}),
      }),
    );
    entries.push(...(answer.Items ?? []).map((item) => denyItem.parse(item)));
    after = answer.LastEvaluatedKey;
  } while (after);
  return entries;
}

/** Takes the role's next render number: which rendering of the list is the newer one is then visible in IAM. */
export async function takeRenderNumber(table: Table, role: string): Promise<number> {
  const answer = await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: keys.render(role),
      UpdateExpression: "ADD #count :one",
      ExpressionAttributeNames: { "#count": "count" },
      ExpressionAttributeValues: { ":one": 1 },
      ReturnValues: "UPDATED_NEW",
    }),
  );
  return z.object({ count: z.number() }).parse(answer.Attributes).count;
}
