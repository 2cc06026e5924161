import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { GrantIn } from "../../core/grant/grant.ts";
import { grantId } from "../../core/ids.ts";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { readGrant } from "./grants.ts";
import { readAll, readItem } from "./item.ts";
import { due, keys } from "./keys.ts";
import type { Item, Write } from "./transaction.ts";

const time = z.iso.datetime();

/** One grant whose sessions of a role must be denied, until its end plus a margin. */
export const denyItem = z.object({
  grantId,
  endsAt: time,
  /** Since when IAM has had it, as far as was read back; and when its proving was last ordered. */
  since: time.optional(),
  handedAt: time.optional(),
  provenAt: time.optional(),
  reachedBy: time.optional(),
});
export type DenyItem = z.infer<typeof denyItem>;
type OnRole = { role: string; grantId: string; endsAt: string };

/** A grant that has, or may have, a live session of a role. */
export type LiveItem = { grantId: string; endsAt: string; agent: string; resource: string };
const liveItem = z.object({
  grantId,
  endsAt: time,
  agent: z.string().optional(),
  resource: z.string().optional(),
});

/** Under the role's key, every grant that has, or may have, a live session: a lockdown finds them here. */
export const livePut = (table: Table, grant: GrantIn<"ACTIVATING" | "ACTIVE">): Write => {
  const { id, endsAt, agent, resource } = grant;
  const live: LiveItem = { grantId: id, endsAt, agent: agent.id, resource: resource.id };
  return {
    Put: { TableName: table.name, Item: { ...keys.live(resource.role, id), entity: "live", ...live } },
  };
};
export const liveDelete = (table: Table, role: string, id: string): Write => ({
  Delete: { TableName: table.name, Key: keys.live(role, id) },
});

/** Due at the grant's end: `sweep` then sees to it that the entry leaves the list, a margin later. */
export const denyPut = (table: Table, { role, grantId: id, endsAt }: OnRole): Write => ({
  Put: {
    TableName: table.name,
    Item: { ...keys.deny(role, id), entity: "deny", grantId: id, endsAt, ...due(id, endsAt) },
  },
});
export const denyDelete = (table: Table, role: string, id: string): Write => ({
  Delete: { TableName: table.name, Key: keys.deny(role, id) },
});

/** A role's deny entries, strongly consistent. */
export const readDenyEntries = async (table: Table, role: string): Promise<DenyItem[]> =>
  (await readAll(table, keys.deny(role, ""))).map((item) => denyItem.parse(item));

/** One grant's deny entry, strongly consistent. */
export async function readDenyEntry(table: Table, role: string, id: string): Promise<DenyItem | undefined> {
  const item = await readItem(table, keys.deny(role, id));
  return item && denyItem.parse(item);
}

/** An entry that the previous release left does not say whose it is: its grant does (I-35). */
async function liveFrom(table: Table, item: Item): Promise<LiveItem[]> {
  const { grantId: id, endsAt, agent, resource } = liveItem.parse(item);
  if (agent !== undefined && resource !== undefined) return [{ grantId: id, endsAt, agent, resource }];
  const grant = await readGrant(table, id);
  return grant ? [{ grantId: id, endsAt, agent: grant.agent.id, resource: grant.resource.id }] : [];
}

/** A role's grants with live sessions, those that are being minted included, strongly consistent. */
export const readLive = async (table: Table, role: string): Promise<LiveItem[]> =>
  (
    await Promise.all((await readAll(table, keys.live(role, ""))).map((item) => liveFrom(table, item)))
  ).flat();

/** How many grants have a role's sessions, or entries in its list. For choosing among equals only. */
export const loadOf = async (table: Table, role: string): Promise<number> =>
  (await readLive(table, role)).length + (await readDenyEntries(table, role)).length;

type Marks = Pick<DenyItem, "since" | "handedAt" | "provenAt" | "reachedBy">;

/** Notes something on an entry that is there; an entry that is gone is not made again. */
function marking(table: Table, key: { role: string; grantId: string }, marks: Marks) {
  const names = Object.keys(marks);
  return {
    TableName: table.name,
    Key: keys.deny(key.role, key.grantId),
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}`,
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      Object.entries(marks).map(([name, value]) => [`:${name}`, value]),
    ),
  };
}
export const markDeny = (table: Table, key: { role: string; grantId: string }, marks: Marks) =>
  held(table.client.send(new UpdateCommand(marking(table, key, marks))));

/** That a denial is proven, as part of the transaction that says REVOKED. */
export const provenUpdate = (table: Table, role: string, { id, at }: { id: string; at: string }): Write => ({
  Update: marking(table, { role, grantId: id }, { provenAt: at }),
});

const count = z.object({ count: z.number() });

/** Takes the role's next render number: which rendering of the list is the newer one is then visible in IAM. */
export async function takeRenderNumber(table: Table, role: string): Promise<number> {
  const answer = await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: keys.render(role),
      UpdateExpression: "ADD #count :one",
      ExpressionAttributeNames: { "#count": "count" },
      ExpressionAttributeValues: { ":one": 1 },
      ReturnValues: "UPDATED_NEW",
    }),
  );
  return count.parse(answer.Attributes).count;
}

/** The number that was taken last, strongly consistent. */
export const lastRenderNumber = async (table: Table, role: string): Promise<number> =>
  count.parse(await readItem(table, keys.render(role))).count;
