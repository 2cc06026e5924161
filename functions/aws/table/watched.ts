import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { SealedEvent } from "../../core/audit/event.ts";
import { grantId } from "../../core/ids.ts";
import { type WatchState, watchState } from "../../core/watch/detect.ts";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { eventPut } from "./events.ts";
import { readAll, readItem } from "./item.ts";
import { keys } from "./keys.ts";
import { transact, type Write } from "./transaction.ts";

const watchedItem = z.object({ version: z.int().min(1), state: watchState });
type Watched = { version: number; state: WatchState | undefined };

/** What is kept of a subject under a rule, strongly consistent. An item that cannot be read is begun anew, not trusted. */
export async function readWatched(table: Table, subject: string, rule: string): Promise<Watched> {
  const item = await readItem(table, keys.watch(subject, rule));
  if (!item) return { version: 0, state: undefined };
  const found = watchedItem.safeParse(item);
  return found.success ? found.data : { version: Number(item.version) || 0, state: undefined };
}

/** A flag whose grants are to be ended, or whose agent or role is to be stopped; until that is done. */
const openFlag = z.strictObject({
  id: grantId,
  raisedAt: z.iso.datetime(),
  rule: z.string(),
  reason: z.string(),
  subject: z.string(),
  action: z.enum(["revoke", "lockdown"]),
  grant: grantId.optional(),
  agent: z.string().optional(),
  resource: z.string().optional(),
  role: z.string().optional(),
});
export type OpenFlag = z.infer<typeof openFlag>;

export const readOpenFlags = async (table: Table): Promise<OpenFlag[]> =>
  (await readAll(table, keys.openFlag(""))).map(({ pk: _pk, sk: _sk, entity: _entity, ...item }) =>
    openFlag.parse(item),
  );

const openPut = (table: Table, flag: OpenFlag): Write => ({
  Put: {
    TableName: table.name,
    Item: { ...keys.openFlag(flag.id), entity: "open-flag", ...flag },
    ConditionExpression: "attribute_not_exists(pk)",
  },
});

/** When an item may be forgotten, in epoch seconds: DynamoDB's TTL, which is hygiene and no timer. */
export const FORGET_AT = "forgetAt";

type Kept = { subject: string; rule: string; state: WatchState; forgetAt: number };
type Raised = { event: SealedEvent; open: OpenFlag | undefined };

/** Keeps a state in place of the version that was read; with it, in one transaction, the flag that it raises. False: another was first. */
export async function keepWatched(
  table: Table,
  { version }: Watched,
  { subject, rule, state, forgetAt }: Kept,
  raised: Raised | undefined,
): Promise<boolean> {
  const put = {
    TableName: table.name,
    Item: {
      ...keys.watch(subject, rule),
      ...{ entity: "watch", version: version + 1, state, [FORGET_AT]: Math.floor(forgetAt / 1000) },
    },
    ...(version === 0
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : {
          ConditionExpression: "#version = :version",
          ExpressionAttributeNames: { "#version": "version" },
          ExpressionAttributeValues: { ":version": version },
        }),
  };
  // Alone it is no transaction, which would cost twice as much.
  if (!raised) return held(table.client.send(new PutCommand(put)));
  const event = eventPut(table, keys.looseEvent(raised.event.event.id), raised.event);
  const open = raised.open ? [openPut(table, raised.open)] : [];
  return (await transact(table, [{ Put: put }, event, ...open])).ok;
}

/** Closes a flag with the event that says what came of it. False: it was closed already. */
export async function closeFlag(table: Table, id: string, event: SealedEvent): Promise<boolean> {
  const closed = await transact(table, [
    {
      Delete: { TableName: table.name, Key: keys.openFlag(id), ConditionExpression: "attribute_exists(pk)" },
    },
    eventPut(table, keys.looseEvent(event.event.id), event),
  ]);
  return closed.ok;
}
