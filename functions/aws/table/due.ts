import { QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { DUE, DUE_SHARDS, duePartition } from "./keys.ts";

const dueKey = z.object({ pk: z.string(), sk: z.string(), duePk: z.string(), dueSk: z.string() });
export type DueKey = z.infer<typeof dueKey>;

const PER_SHARD = 100;

/** Keys of what is due at `nowIso`, oldest first in each shard; what does not fit waits for the next minute. */
export async function readDue(table: Table, nowIso: string): Promise<DueKey[]> {
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);
  const pages = await Promise.all(
    shards.map((shard) =>
      table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: DUE,
          KeyConditionExpression: "duePk = :shard AND dueSk <= :now",
          ExpressionAttributeValues: { ":shard": duePartition(shard), ":now": nowIso },
          Limit: PER_SHARD,
        }),
      ),
    ),
  );
  return pages.flatMap((page) => (page.Items ?? []).map((item) => dueKey.parse(item)));
}

/**
 * Moves an item's next look, or takes it off the list, unless it was scheduled anew since the index was read. Not a
 * move of a grant: no version, no event.
 */
export async function postpone(table: Table, key: DueKey, at: string | undefined): Promise<void> {
  const id = key.dueSk.slice(key.dueSk.indexOf("#") + 1);
  const input = {
    TableName: table.name,
    Key: { pk: key.pk, sk: key.sk },
    ConditionExpression: "dueSk = :was",
    ExpressionAttributeValues: { ":was": key.dueSk, ...(at ? { ":at": `${at}#${id}` } : {}) },
    UpdateExpression: at ? "SET dueSk = :at" : "REMOVE duePk, dueSk",
  };
  await held(table.client.send(new UpdateCommand(input)));
}
