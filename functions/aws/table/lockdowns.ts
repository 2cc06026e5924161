import * as z from "zod";
import { grantId } from "../../core/ids.ts";
import { type Lockdown, type LockdownTarget, lockdown, targetText } from "../../core/lockdown.ts";
import type { Table } from "./client.ts";
import { readAll, readItem } from "./item.ts";
import { keys } from "./keys.ts";
import type { Item, Write } from "./transaction.ts";

// Strict in its target only: what a later release added beside must not keep this one from obeying it.
const standingLockdown = lockdown.strip();
const fromItem = (item: Item): Lockdown => standingLockdown.parse(item);

/**
 * Every lockdown that stands, strongly consistent. Whoever grants writes its own claim first and reads this after it; who
 * sets a lockdown writes it first and reads what is live after it: one of the two sees the other (I-71).
 */
export const readLockdowns = async (table: Table): Promise<Lockdown[]> =>
  (await readAll(table, keys.lockdown(""))).map(fromItem);

/** One that stands, by its id. */
export async function readLockdown(table: Table, id: string): Promise<Lockdown | undefined> {
  const item = await readItem(table, keys.lockdown(id));
  return item && fromItem(item);
}

const standing = z.object({ lockdownId: grantId });

/** The one that stands for exactly this target. */
export async function readLockdownOf(table: Table, target: LockdownTarget): Promise<Lockdown | undefined> {
  const item = await readItem(table, keys.lockdownOf(targetText(target)));
  return item && readLockdown(table, standing.parse(item).lockdownId);
}

/** Sets a lockdown, if none stands for its target: of two at once one is set. */
export const lockdownPuts = (table: Table, set: Lockdown): Write[] => [
  {
    Put: {
      TableName: table.name,
      Item: { ...keys.lockdownOf(targetText(set.target)), entity: "lockdown-target", lockdownId: set.id },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  },
  {
    Put: {
      TableName: table.name,
      Item: { ...keys.lockdown(set.id), entity: "lockdown", ...set },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  },
];

/** Lifts it, if it stands still. */
export const lockdownDeletes = (table: Table, { id, target }: Lockdown): Write[] => [
  {
    Delete: {
      TableName: table.name,
      Key: keys.lockdownOf(targetText(target)),
      ConditionExpression: "lockdownId = :id",
      ExpressionAttributeValues: { ":id": id },
    },
  },
  {
    Delete: {
      TableName: table.name,
      Key: keys.lockdown(id),
      ConditionExpression: "attribute_exists(pk)",
    },
  },
];
