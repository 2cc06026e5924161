import * as z from "zod";
import type { GrantIn } from "../../core/grant/grant.ts";
import { grantId } from "../../core/ids.ts";
import type { Table } from "./client.ts";
import { readAll } from "./item.ts";
import { due, keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

export const expiringItem = z.object({
  grantId,
  agent: z.string(),
  resource: z.string(),
  liveUntil: z.iso.datetime(),
});
export type ExpiringItem = z.infer<typeof expiringItem>;

/**
 * Under the role's key, a grant that was released and whose sessions work on by themselves: whoever stops things finds it
 * here. Due when they are over: `sweep` takes it away, a margin later.
 */
export const expiringPut = (table: Table, grant: GrantIn<"ACTIVE">, liveUntil: string): Write => {
  const { id, agent, resource } = grant;
  const item: ExpiringItem = { grantId: id, agent: agent.id, resource: resource.id, liveUntil };
  const dueAt = due(`expiring ${id}`, liveUntil);
  return {
    Put: {
      TableName: table.name,
      Item: { ...keys.expiring(resource.role, id), entity: "expiring", ...item, ...dueAt },
    },
  };
};

/** `ifThere`: only one of several who deny the same sessions does. */
export const expiringDelete = (
  table: Table,
  key: { pk: string; sk: string },
  { ifThere }: { ifThere: boolean },
): Write => ({
  Delete: {
    TableName: table.name,
    Key: { pk: key.pk, sk: key.sk },
    ...(ifThere ? { ConditionExpression: "attribute_exists(pk)" } : {}),
  },
});

/** A role's grants whose sessions work on after a release, strongly consistent. */
export const readExpiring = async (table: Table, role: string): Promise<ExpiringItem[]> =>
  (await readAll(table, keys.expiring(role, ""))).map((item) => expiringItem.parse(item));
