import * as z from "zod";
import type { Table } from "./client.ts";
import { readItem } from "./item.ts";
import { keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

/** Credentials as they are kept: encrypted, in an item of their own, gone with the grant's end. */
const sealedItem = z.object({
  attempt: z.int().min(1),
  /** KMS-encrypted data key, nonce, ciphertext and tag, each base64. */
  key: z.string(),
  nonce: z.string(),
  data: z.string(),
  tag: z.string(),
  /** When STS itself ends the session, ISO 8601. */
  expiration: z.iso.datetime(),
});
export type Sealed = z.infer<typeof sealedItem>;

export const sealedPut = (table: Table, grantId: string, sealed: Sealed): Write => ({
  Put: { TableName: table.name, Item: { ...keys.sealed(grantId), entity: "sealed", ...sealed } },
});
export const sealedDelete = (table: Table, grantId: string): Write => ({
  Delete: { TableName: table.name, Key: keys.sealed(grantId) },
});

/** Reads a grant's sealed credentials, strongly consistent. */
export async function readSealed(table: Table, grantId: string): Promise<Sealed | undefined> {
  const item = await readItem(table, keys.sealed(grantId));
  return item ? sealedItem.parse(item) : undefined;
}
