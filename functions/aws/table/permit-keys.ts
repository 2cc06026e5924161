import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { type DigestPublicKey, digestPublicKey } from "./digests.ts";
import { readAll } from "./item.ts";
import { keys } from "./keys.ts";

/** Every public key that ever signed a permit, the oldest first. Strongly consistent. */
export async function readPermitKeys(table: Table): Promise<DigestPublicKey[]> {
  const items = await readAll(table, keys.permitKey(""));
  const read = items.map(({ kid, pem, notBefore }) => digestPublicKey.parse({ kid, pem, notBefore }));
  return read.sort((a, b) => (a.notBefore < b.notBefore ? -1 : 1));
}

/** Keeps a key; false when it is there already, with the time of its first use. */
export const addPermitKey = (table: Table, key: DigestPublicKey): Promise<boolean> =>
  held(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...keys.permitKey(key.kid), entity: "permit-key", ...key },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    ),
  );
