import * as z from "zod";
import type { Table } from "./client.ts";
import { readAll } from "./item.ts";
import { keys } from "./keys.ts";
import type { Item, Write } from "./transaction.ts";

const time = z.iso.datetime();

/** The signed permit of an action, beside its grant: there while the grant is ACTIVE, gone with its end. */
const permitItem = z.object({ permit: z.string().min(1), jti: z.string() });

/** That the permit was redeemed: by whom, when, and with which Idempotency-Key. Written once, and never taken away. */
const redeemedItem = z.object({
  by: z.string(),
  uniqueId: z.string(),
  at: time,
  jti: z.string(),
  key: z.string().optional(),
});
export type Redeemed = z.infer<typeof redeemedItem>;

/** What came of the action. `count`: how many words there were on it; only `unknown` is followed by another. */
const outcomeItem = z.object({
  result: z.enum(["done", "failed", "unknown"]),
  at: time,
  by: z.string(),
  detail: z.string().optional(),
  count: z.int().min(1),
});
export type Outcome = z.infer<typeof outcomeItem>;

export const permitPut = (table: Table, grantId: string, item: z.infer<typeof permitItem>): Write => ({
  Put: { TableName: table.name, Item: { ...keys.permit(grantId), entity: "permit", ...item } },
});
export const permitDelete = (table: Table, grantId: string): Write => ({
  Delete: { TableName: table.name, Key: keys.permit(grantId) },
});

/** Only while nobody has redeemed. */
export const redeemedPut = (table: Table, grantId: string, item: Redeemed): Write => ({
  Put: {
    TableName: table.name,
    Item: { ...keys.redeemed(grantId), entity: "redeemed", ...item },
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});

/** The first word, or one in the place of the `unknown` that was read. */
export const outcomePut = (table: Table, grantId: string, item: Outcome): Write => ({
  Put: {
    TableName: table.name,
    Item: { ...keys.outcome(grantId), entity: "outcome", ...item },
    ...(item.count === 1
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : {
          ConditionExpression: "#result = :unknown AND #count = :before",
          ExpressionAttributeNames: { "#result": "result", "#count": "count" },
          ExpressionAttributeValues: { ":unknown": "unknown", ":before": item.count - 1 },
        }),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});

/** What is kept of an action beside its grant. */
export type BesideAction = {
  permit?: string | undefined;
  redeemed?: Redeemed | undefined;
  outcome?: Outcome | undefined;
};

/** Reads all of it with one query, strongly consistent. */
export async function readBesideAction(table: Table, grantId: string): Promise<BesideAction> {
  const items = await readAll(table, keys.action(grantId));
  const of = (entity: string): Item | undefined => items.find((item) => item.entity === entity);
  const [permit, redeemed, outcome] = [of("permit"), of("redeemed"), of("outcome")];
  return {
    permit: permit && permitItem.parse(permit).permit,
    redeemed: redeemed && redeemedItem.parse(redeemed),
    outcome: outcome && outcomeItem.parse(outcome),
  };
}
