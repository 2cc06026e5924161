import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { grantId } from "../../core/ids.ts";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { readItem } from "./item.ts";
import { keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

/** What a link stands for. The token itself is only in the mail: its SHA-256 is the key, and it salts the code's hash. */
const linkItem = z.object({
  grantId,
  stage: z.int().min(1),
  person: z.string(),
  digest: z.string(),
  codeHash: z.string().regex(/^[0-9a-f]{64}$/),
  expiresAt: z.iso.datetime(),
  wrongCodes: z.int().min(0),
  lastWrongAt: z.iso.datetime().optional(),
});
export type Link = z.infer<typeof linkItem>;

export const linkPut = (table: Table, tokenHash: string, link: Link): Write => ({
  Put: {
    TableName: table.name,
    Item: { ...keys.link(tokenHash), entity: "link", ...link },
    ConditionExpression: "attribute_not_exists(pk)",
  },
});

/** Reads the link of a token's hash, strongly consistent. */
export async function readLink(table: Table, tokenHash: string): Promise<Link | undefined> {
  const item = await readItem(table, keys.link(tokenHash));
  return item ? linkItem.parse(item) : undefined;
}

/**
 * Counts a try with a code, if nobody has counted one since the link was read; false otherwise. It only slows and
 * never locks for good: a scanner must not shut the approver out.
 */
export async function countTry(
  table: Table,
  tokenHash: string,
  { seen, at }: { seen: number; at: string },
): Promise<boolean> {
  return held(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keys.link(tokenHash),
        UpdateExpression: "SET lastWrongAt = :at ADD wrongCodes :one",
        ConditionExpression: "wrongCodes = :seen",
        ExpressionAttributeValues: { ":at": at, ":one": 1, ":seen": seen },
      }),
    ),
  );
}
