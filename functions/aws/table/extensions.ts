import * as z from "zod";
import { grantId } from "../../core/ids.ts";
import type { Table } from "./client.ts";
import { whileActive } from "./grants.ts";
import { readItem } from "./item.ts";
import { keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

const extensionItem = z.object({ extendedBy: grantId });

/** A grant that goes on from another; `closed`: the one that was pointed to before, closed without ever having been given. */
export type Extending = { base: string; closed: string | undefined };

/**
 * Points from a grant to the one that extends it, in the ask's own transaction: at most one at a time, and only while the
 * grant is still ACTIVE (I-32).
 */
export const extensionWrites = (table: Table, { base, closed }: Extending, extendedBy: string): Write[] => [
  {
    Put: {
      TableName: table.name,
      Item: { ...keys.extension(base), entity: "extension", extendedBy },
      ...(closed === undefined
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : { ConditionExpression: "extendedBy = :closed", ExpressionAttributeValues: { ":closed": closed } }),
    },
  },
  whileActive(table, base),
];

/** The id of the grant that extends this one, if one was asked for that policy did not refuse at once; strongly consistent. */
export async function readExtension(table: Table, id: string): Promise<string | undefined> {
  const item = await readItem(table, keys.extension(id));
  return item ? extensionItem.parse(item).extendedBy : undefined;
}
