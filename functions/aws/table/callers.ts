import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { readItem } from "./item.ts";
import { keys } from "./keys.ts";

/** Who waits for an action that an event started: the task token, which is nowhere else. */
const callerItem = z.object({ start: z.string(), taskToken: z.string().min(1) });
export type Waiting = z.infer<typeof callerItem>;

/** The newest one that waits: a state that is tried again has another token, and the one before is worth nothing. */
export async function putCaller(table: Table, grantId: string, item: Waiting): Promise<void> {
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { ...keys.caller(grantId), entity: "caller", ...item } }),
  );
}

export async function readCaller(table: Table, grantId: string): Promise<Waiting | undefined> {
  const item = await readItem(table, keys.caller(grantId));
  return item && callerItem.parse(item);
}

/** Answered: the token is forgotten, unless another has taken its place. */
export const deleteCaller = (table: Table, grantId: string, { taskToken }: Waiting): Promise<boolean> =>
  held(
    table.client.send(
      new DeleteCommand({
        TableName: table.name,
        Key: keys.caller(grantId),
        ConditionExpression: "taskToken = :token",
        ExpressionAttributeValues: { ":token": taskToken },
      }),
    ),
  );
