import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { readItem } from "./item.ts";
import { keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

/** A role's cut-off. It stands until the last of the grants that it reaches is over. */
const cutOff = z.object({
  at: z.iso.datetime(),
  until: z.iso.datetime(),
  /** Whether all grants that were live then have been ended: a run that died is gone on with. */
  done: z.boolean(),
});
export type CutOff = z.infer<typeof cutOff>;

export async function readCutOff(table: Table, role: string): Promise<CutOff | undefined> {
  const item = await readItem(table, keys.cutOff(role));
  return item && cutOff.parse(item);
}

/** Makes a cut-off, or a later one, of which nobody else has made another meanwhile. */
export const cutOffPut = (
  table: Table,
  role: string,
  made: { now: CutOff; was: CutOff | undefined },
): Write => ({
  Put: {
    TableName: table.name,
    Item: { ...keys.cutOff(role), entity: "cut-off", ...made.now },
    ...(made.was
      ? {
          ConditionExpression: "#at = :was",
          ExpressionAttributeNames: { "#at": "at" },
          ExpressionAttributeValues: { ":was": made.was.at },
        }
      : { ConditionExpression: "attribute_not_exists(pk)" }),
  },
});

export const cutOffDone = (table: Table, role: string, { at }: CutOff) =>
  held(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keys.cutOff(role),
        UpdateExpression: "SET #done = :yes",
        ConditionExpression: "#at = :at",
        ExpressionAttributeNames: { "#at": "at", "#done": "done" },
        ExpressionAttributeValues: { ":yes": true, ":at": at },
      }),
    ),
  );

/** Takes a cut-off away once it reaches nothing any more. */
export const cutOffDelete = (table: Table, role: string, { at }: CutOff): Write => ({
  Delete: {
    TableName: table.name,
    Key: keys.cutOff(role),
    ConditionExpression: "#at = :at",
    ExpressionAttributeNames: { "#at": "at" },
    ExpressionAttributeValues: { ":at": at },
  },
});
