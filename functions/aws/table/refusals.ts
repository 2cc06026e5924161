import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { type Actor, type AuditEvent, type Facts, sealEvent } from "../../core/audit/event.ts";
import { sha256Hex } from "../../core/canonical.ts";
import type { ErrorCode } from "../../core/errors.ts";
import { epochMs, isoMillis, isoSeconds } from "../../core/time.ts";
import type { NewId, Now } from "../system.ts";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { eventPut } from "./events.ts";
import { dueCounter, keys } from "./keys.ts";
import { transact } from "./transaction.ts";

const refusalItem = z.object({ pk: z.string(), sk: z.string(), count: z.int().min(1), first: z.string() });

const minuteOf = (iso: string): string => iso.slice(0, 16);

async function addOne(table: Table, key: { pk: string; sk: string }): Promise<boolean> {
  return held(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: key,
        UpdateExpression: "ADD #count :one",
        ConditionExpression: "attribute_exists(pk)",
        ExpressionAttributeNames: { "#count": "count" },
        ExpressionAttributeValues: { ":one": 1 },
      }),
    ),
  );
}

export type RefusalDeps = { table: Table; now: Now; newId: NewId };
/** Who was refused what, by which code; about which grant, where the refused caller may know of it. */
export type Refused = { actor: Actor; grant?: string; facts: Facts & { code: ErrorCode } };

/** Whose refusals are counted together. People may share a role; what a session calls itself is free to choose, and no one's name. */
const principalIn = ({ type, id, arn = id }: Actor): string => (type === "person" ? `${arn}#${id}` : arn);

/**
 * Records a refusal so that nobody can flood the record (I-59): the first of a principal, refusal and minute is an event
 * at once; repeats are counted in the item, and `sweep` writes one event for them when the minute is over.
 */
export async function recordRefusal(deps: RefusalDeps, refused: Refused): Promise<void> {
  const { table } = deps;
  const head = {
    v: 1 as const,
    id: deps.newId(),
    type: "request.refused" as const,
    time: isoMillis(deps.now()),
  };
  const event: AuditEvent = { ...head, ...refused, facts: { ...refused.facts, count: 1 } };
  // All that the repeats' one event will say: two different refusals are never summed under the first one's name.
  const { code, path = "", reason = "" } = refused.facts;
  const what = [code, path, reason, refused.grant ?? ""].join("#");
  const key = keys.refusals(minuteOf(event.time), principalIn(event.actor), what);
  if (await addOne(table, key)) return;
  const closesAt = isoMillis(epochMs(`${minuteOf(event.time)}:00Z`) + 60_000);
  const sealed = sealEvent(event);
  const first = await transact(table, [
    {
      Put: {
        TableName: table.name,
        Item: {
          ...key,
          entity: "refusals",
          count: 1,
          first: sealed.body,
          ...dueCounter(`${key.pk}${key.sk}`, closesAt),
        },
        ConditionExpression: "attribute_not_exists(pk)",
      },
    },
    eventPut(table, keys.looseEvent(event.id), sealed),
  ]);
  if (!first.ok) await addOne(table, key);
}

/** Closes a minute: one event for the repeats, if there were any, and the counter goes. */
export async function closeRefusals(
  table: Table,
  key: { pk: string; sk: string },
  now: number,
): Promise<number> {
  const answer = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
  );
  if (!answer.Item) return 0;
  const item = refusalItem.parse(answer.Item);
  const repeats = item.count - 1;
  const first = JSON.parse(item.first) as AuditEvent;
  // A straggler may open the same minute anew after it was closed: the first event tells the two apart.
  const id = sha256Hex(`${item.pk} ${item.sk} ${first.id}`).slice(0, 32);
  // The event is of now; the minute that it counts is told by its times.
  const began = epochMs(`${minuteOf(first.time)}:00Z`);
  const minute = { startsAt: isoSeconds(began), endsAt: isoSeconds(began + 60_000) };
  const facts = { ...first.facts, ...minute, count: repeats };
  const event = sealEvent({ ...first, id, time: isoMillis(now), facts });
  const removal = {
    Delete: {
      TableName: table.name,
      Key: key,
      ConditionExpression: "#count = :count",
      ExpressionAttributeNames: { "#count": "count" },
      ExpressionAttributeValues: { ":count": item.count },
    },
  };
  const outcome = await transact(
    table,
    repeats > 0 ? [removal, eventPut(table, keys.looseEvent(id), event)] : [removal],
  );
  return outcome.ok ? repeats : 0;
}
