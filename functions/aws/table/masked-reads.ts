import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { SealedEvent } from "../../core/audit/event.ts";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { eventPut } from "./events.ts";
import { whileActive } from "./grants.ts";
import { readItem } from "./item.ts";
import { keys } from "./keys.ts";
import { transact, type Write } from "./transaction.ts";

/** What one grant has read so far, and what is being read. */
const counted = z.object({ reads: z.int().min(0), rows: z.int().min(0) });
type Most = { reads: number; rows: number };

/** A page that may be read: the how manyth it is, and how many rows it may have. */
export type Claimed = { ok: true; number: number; rows: number } | { ok: false; limit: keyof Most };

const NAMES = { "#reads": "reads", "#rows": "rows" };

const update = (table: Table, id: string, { reads, rows }: Most, condition?: Record<string, number>) => ({
  TableName: table.name,
  Key: keys.maskedReads(id),
  UpdateExpression: "SET #entity = :entity ADD #reads :reads, #rows :rows",
  ...(condition
    ? {
        ConditionExpression: "attribute_not_exists(pk) OR (#reads = :seenReads AND #rows = :seenRows)",
      }
    : {}),
  ExpressionAttributeNames: { ...NAMES, "#entity": "entity" },
  ExpressionAttributeValues: { ":entity": "masked_reads", ":reads": reads, ":rows": rows, ...condition },
});

const TRIES = 8;

/** Counts a page before it is read, with all the rows that it may have: racing pages cannot pass the caps together (I-67). */
export async function claimPage(table: Table, id: string, most: Most, limit: number): Promise<Claimed> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const found = await readItem(table, keys.maskedReads(id));
    const used = found ? counted.parse(found) : { reads: 0, rows: 0 };
    if (used.reads >= most.reads) return { ok: false, limit: "reads" };
    if (used.rows >= most.rows) return { ok: false, limit: "rows" };
    const rows = Math.min(limit, most.rows - used.rows);
    const seen = { ":seenReads": used.reads, ":seenRows": used.rows };
    const write = new UpdateCommand(update(table, id, { reads: 1, rows }, seen));
    if (await held(table.client.send(write))) return { ok: true, number: used.reads + 1, rows };
  }
  throw new Error(`grant ${id}: its count of reads changed ${TRIES} times meanwhile`);
}

/** The rows that a page did not need after all. */
const giveBack = (table: Table, id: string, rows: number): Write[] =>
  rows === 0
    ? []
    : [{ Update: update(table, id, { reads: 0, rows: -rows }) as NonNullable<Write["Update"]> }];

/**
 * Records a page before it is answered, and only while the grant is still active: a revoke that came first has the
 * condition fail, and nothing is released. False then.
 */
export async function recordPage(
  table: Table,
  id: string,
  { event, unused }: { event: SealedEvent; unused: number },
): Promise<boolean> {
  const put = eventPut(table, keys.looseEvent(event.event.id), event);
  return (await transact(table, [whileActive(table, id), put, ...giveBack(table, id, unused)])).ok;
}

/** Gives all rows of a page back that was not released. */
export async function returnPage(table: Table, id: string, rows: number): Promise<void> {
  await table.client.send(new UpdateCommand(update(table, id, { reads: 0, rows: -rows })));
}
