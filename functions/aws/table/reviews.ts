import * as z from "zod";
import { grantId } from "../../core/ids.ts";
import type { Table } from "./client.ts";
import { readItem } from "./item.ts";
import { due, keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

/** A broken glass that nobody has looked at yet. One an agent: while it is there, that agent breaks no other. */
export const reviewItem = z.object({
  grantId,
  openedAt: z.iso.datetime(),
  /** The rule that let it, and the ids of the people who were not asked. */
  rule: z.string(),
  skipped: z.array(z.string()),
  /** Who of them has been told. */
  told: z.array(z.string()),
});
export type Review = z.infer<typeof reviewItem>;

/** Opens a review, in the transaction of the ask that broke the glass; refused while another is open. */
export const reviewPut = (table: Table, agent: string, review: Review): Write => ({
  Put: {
    TableName: table.name,
    // Due at once: `sweep` sees to it that everybody is told.
    Item: { ...keys.review(agent), entity: "review", ...review, ...due(`review ${agent}`, review.openedAt) },
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});

/** Keeps who has been told, unless the review was closed meanwhile. */
export const reviewTold = (table: Table, agent: string, id: string, told: readonly string[]): Write => ({
  Update: {
    TableName: table.name,
    Key: keys.review(agent),
    UpdateExpression: "SET told = :told",
    ConditionExpression: "grantId = :grant",
    ExpressionAttributeValues: { ":told": told, ":grant": id },
  },
});

/** Closes the review of this very grant, and no other that came after it. */
export const reviewDelete = (table: Table, agent: string, id: string): Write => ({
  Delete: {
    TableName: table.name,
    Key: keys.review(agent),
    ConditionExpression: "grantId = :grant",
    ExpressionAttributeValues: { ":grant": id },
  },
});

/** Reads the open review of an agent, strongly consistent. */
export async function readReview(table: Table, agent: string): Promise<Review | undefined> {
  const item = await readItem(table, keys.review(agent));
  return item ? reviewItem.parse(item) : undefined;
}
