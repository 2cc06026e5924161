import { QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { DUE, DUE_COUNTERS, DUE_SHARDS, duePartition } from "./keys.ts";

const dueKey = z.object({ pk: z.string(), sk: z.string(), duePk: z.string(), dueSk: z.string() });
export type DueKey = z.infer<typeof dueKey>;

const PER_SHARD = 100;
const MOST_COUNTERS = 400;

/** Keys of what is due at `nowIso`, oldest first, counters last; what does not fit waits for the next minute. */
export async function readDue(table: Table, nowIso: string): Promise<DueKey[]> {
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => duePartition(shard));
  const pages = await Promise.all(
    [...shards, DUE_COUNTERS].map((shard) =>
      table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: DUE,
          KeyConditionExpression: "duePk = :shard AND dueSk <= :now",
          ExpressionAttributeValues: { ":shard": shard, ":now": nowIso },
          Limit: shard === DUE_COUNTERS ? MOST_COUNTERS : PER_SHARD,
        }),
      ),
    ),
  );
  const found = pages.map((page) => (page.Items ?? []).map((item) => dueKey.parse(item)));
  const counters = found.pop() ?? [];
  return [...found.flat().sort((a, b) => (a.dueSk < b.dueSk ? -1 : 1)), ...counters];
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
