import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { readAll, readItem } from "./item.ts";
import { keys } from "./keys.ts";

/** A public key by which digests are checked. `notBefore`: when it signed first. */
export const digestPublicKey = z.strictObject({
  kid: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  pem: z.string().min(1),
  notBefore: z.iso.datetime({ precision: 3 }),
});
export type DigestPublicKey = z.infer<typeof digestPublicKey>;

/** How far something is with the digests: the last that was signed, or that a witness took. */
const progress = z.object({ number: z.int().min(1), statementHash: z.string().optional() });
export type Progress = z.infer<typeof progress>;
/** Whose progress: the signer's own, and each witness's. */
export type Follower = "SIGNED" | "BUCKET" | "ADDRESS";

/** Every key that ever signed, the oldest first. Strongly consistent. */
export async function readDigestKeys(table: Table): Promise<DigestPublicKey[]> {
  const { pk, sk } = keys.digestKey("");
  const items = await readAll(table, { pk, sk });
  const read = items.map(({ kid, pem, notBefore }) => digestPublicKey.parse({ kid, pem, notBefore }));
  return read.sort((a, b) => (a.notBefore < b.notBefore ? -1 : 1));
}

/** Keeps a key; false when it is there already, with the time of its first use. */
export const addDigestKey = (table: Table, key: DigestPublicKey): Promise<boolean> =>
  held(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...keys.digestKey(key.kid), entity: "digest-key", ...key },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    ),
  );

export async function readProgress(table: Table, follower: Follower): Promise<Progress | undefined> {
  const item = await readItem(table, keys.digestProgress(follower));
  return item && progress.parse(item);
}

/** Moves on, and never back: false when somebody is as far or further. */
export const moveOn = (table: Table, follower: Follower, to: Progress): Promise<boolean> =>
  held(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...keys.digestProgress(follower), entity: "digest-progress", ...to },
        ConditionExpression: "attribute_not_exists(pk) OR #number < :number",
        ExpressionAttributeNames: { "#number": "number" },
        ExpressionAttributeValues: { ":number": to.number },
      }),
    ),
  );
