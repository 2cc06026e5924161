import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { Table } from "./client.ts";
import { readAll } from "./item.ts";
import { keys, WAITING, waiting } from "./keys.ts";

/** Read at most so many of a group: grants have about 3 KB, so that a minute's look at a full group costs 40 read units. */
const MOST_WAITING = 100;
const waitingItem = z.object({ waitingSk: z.string() });

/** Grants that wait for a group's people: how many, at most 100, and since when the oldest does. Not for deciding by. */
export async function readWaiting(table: Table, group: string): Promise<{ count: number; since?: string }> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: WAITING,
      KeyConditionExpression: "waitingPk = :group",
      ExpressionAttributeValues: { ":group": waiting(group, "", "").waitingPk },
      Limit: MOST_WAITING,
    }),
  );
  const [first] = Items;
  if (!first) return { count: 0 };
  const { waitingSk } = waitingItem.parse(first);
  return { count: Items.length, since: waitingSk.slice(0, waitingSk.indexOf("#")) };
}

/** How many grants have, or may have, a live session of a role. */
export const countLive = async (table: Table, role: string): Promise<number> =>
  (await readAll(table, keys.live(role, ""))).length;
