import * as z from "zod";
import type { Table } from "./client.ts";
import { readItem } from "./item.ts";
import { keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

const people = z.array(z.string());

/**
 * What `ask-approvers` keeps of a stage that is being asked. The task token is here and nowhere else. Loose: it is written
 * again as it was read, and what a later release added goes with it.
 */
const stageItem = z.looseObject({
  taskToken: z.string(),
  sending: z.int().min(1),
  /** Who has a mail already, once a sending failed for somebody else: they are not mailed again. */
  mailed: people,
  /** Half time and escalation: absent is not sent; else the ids of those whose mail is still owed. Nobody is: done. */
  reminder: people.optional(),
  escalation: people.optional(),
});
export type StageItem = z.infer<typeof stageItem>;

/**
 * Stores an asking over an earlier one, if that was the one that was read (`seen`: its sending, 0 for none). A retried
 * task has a new token and the old is dead: a reminder must not put it back.
 */
export const stagePut = (
  table: Table,
  { grantId, stage, seen }: { grantId: string; stage: number; seen: number },
  item: StageItem,
): Write => ({
  Put: {
    TableName: table.name,
    Item: { ...keys.stage(grantId, stage), entity: "stage", ...item },
    ...(seen === 0
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : { ConditionExpression: "sending = :seen", ExpressionAttributeValues: { ":seen": seen } }),
  },
});

/** Reads a stage, strongly consistent. */
export async function readStage(
  table: Table,
  grantId: string,
  stage: number,
): Promise<StageItem | undefined> {
  const item = await readItem(table, keys.stage(grantId, stage));
  return item ? stageItem.parse(item) : undefined;
}
