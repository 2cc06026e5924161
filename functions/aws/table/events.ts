import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { type AuditEvent, auditEvent, facts, type SealedEvent } from "../../core/audit/event.ts";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

type Key = { pk: string; sk: string };

function put(table: Table, key: Key, { body, hash }: SealedEvent) {
  return {
    TableName: table.name,
    Item: { ...key, entity: "event", body, hash },
    ConditionExpression: "attribute_not_exists(pk)",
  };
}

/** A move's event: never overwritten, so that a sequence number is used once. */
export const chainEventPut = (table: Table, grantId: string, sealed: SealedEvent): Write => ({
  Put: put(table, keys.chainEvent(grantId, sealed.event.chain?.sequence ?? 0), sealed),
});

/** An event outside the chain, as part of a transaction. */
export const eventPut = (table: Table, key: Key, sealed: SealedEvent): Write => ({
  Put: put(table, key, sealed),
});

/** Writes an event outside the chain once; false when it was there already. */
export async function writeEventOnce(table: Table, key: Key, sealed: SealedEvent): Promise<boolean> {
  return held(table.client.send(new PutCommand(put(table, key, sealed))));
}

/** Facts that a later release added are left out: after a rollback its grants can still be read. The record is stricter. */
const shownEvent = auditEvent.extend({ facts: z.object(facts.shape) });

/** Every event of a grant, its chain in order first, then what stands beside the chain. */
export async function readGrantEvents(table: Table, grantId: string): Promise<AuditEvent[]> {
  const read = async (prefix: string) => {
    const answer = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues: { ":pk": keys.grant(grantId).pk, ":prefix": prefix },
        ConsistentRead: true,
      }),
    );
    return (answer.Items ?? []).map((item) => shownEvent.parse(JSON.parse(String(item.body))));
  };
  return [...(await read("EVENT#")), ...(await read("NOTE#"))];
}
