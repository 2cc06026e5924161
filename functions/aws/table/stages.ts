import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { Table } from "./client.ts";
import { keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

/** What `ask-approvers` keeps of a stage that is being asked. The task token is here and nowhere else. */
const stageItem = z.object({
  taskToken: z.string(),
  sending: z.int().min(1),
  /** Who has a mail already, once a sending failed for somebody else: they are not mailed again. */
  mailed: z.array(z.string()),
});
export type StageItem = z.infer<typeof stageItem>;

/** Stores the token of this asking, over that of an earlier one: a retried task has a new token and the old is dead. */
export const stagePut = (table: Table, grantId: string, stage: number, item: StageItem): Write => ({
  Put: { TableName: table.name, Item: { ...keys.stage(grantId, stage), entity: "stage", ...item } },
});

/** Reads a stage, strongly consistent. */
export async function readStage(
  table: Table,
  grantId: string,
  stage: number,
): Promise<StageItem | undefined> {
  const answer = await table.client.send(
    new GetCommand({ TableName: table.name, Key: keys.stage(grantId, stage), ConsistentRead: true }),
  );
  return answer.Item ? stageItem.parse(answer.Item) : undefined;
}
