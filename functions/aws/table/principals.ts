import * as z from "zod";
import { grantId } from "../../core/ids.ts";
import type { Table } from "./client.ts";
import { readItem } from "./item.ts";
import { keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

const pinItem = z.object({ uniqueId: z.string(), agent: z.string(), pinnedAt: z.iso.datetime() });
export type Pin = z.infer<typeof pinItem>;

/** Which unique id an ARN had when its first ask was verified. Another id under the name later is a stranger (I-10). */
export async function readPin(table: Table, arn: string): Promise<Pin | undefined> {
  const item = await readItem(table, keys.pin(arn));
  return item ? pinItem.parse(item) : undefined;
}

export const pinPut = (table: Table, arn: string, pin: Pin): Write => ({
  Put: {
    TableName: table.name,
    Item: { ...keys.pin(arn), entity: "pin", ...pin },
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});

const idempotencyItem = z.object({ grantId, bodyHash: z.string() });
export type Idempotency = z.infer<typeof idempotencyItem>;

/** What a principal's Idempotency-Key was used for (I-38). */
export async function readIdempotency(
  table: Table,
  principal: string,
  key: string,
): Promise<Idempotency | undefined> {
  const item = await readItem(table, keys.idempotency(principal, key));
  return item ? idempotencyItem.parse(item) : undefined;
}

export const idempotencyPut = (table: Table, principal: string, key: string, item: Idempotency): Write => ({
  Put: {
    TableName: table.name,
    Item: { ...keys.idempotency(principal, key), entity: "idempotency", ...item },
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});
