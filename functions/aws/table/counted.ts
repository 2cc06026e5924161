import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { type Actor, type AuditEvent, auditEvent, type Facts, sealEvent } from "../../core/audit/event.ts";
import { sha256Hex } from "../../core/canonical.ts";
import type { ErrorCode } from "../../core/errors.ts";
import { epochMs, isoMillis, isoSeconds, minuteOf } from "../../core/time.ts";
import type { NewId, Now } from "../system.ts";
import type { Table } from "./client.ts";
import { held } from "./conditional.ts";
import { eventPut } from "./events.ts";
import { readItem } from "./item.ts";
import { dueCounter, keys } from "./keys.ts";
import { transact } from "./transaction.ts";

const countedItem = z.object({ pk: z.string(), sk: z.string(), count: z.int().min(1), first: z.string() });

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

export type CountDeps = { table: Table; now: Now; newId: NewId };
/** Who was refused what, by which code; about which grant, where the refused caller may know of it. */
export type Refused = { actor: Actor; grant?: string; facts: Facts & { code: ErrorCode; path: string } };
/** Who looked at which grant, or at which agent's list of them. */
type Read = { actor: Actor; grant?: string; facts: Facts & { path: string } };

/**
 * Whose calls are counted together. People may share a role; what a session, or a federated user, calls itself is free to
 * choose, and no one's name.
 */
const principalIn = ({ type, id, arn = id }: Actor): string =>
  type === "person" ? `${arn}#${id}` : arn.replace(/:federated-user\/.*$/s, ":federated-user");

type Kind = {
  entity: string;
  key: (minute: string, principal: string, what: string) => { pk: string; sk: string };
  /** What is counted together, beside principal and minute. */
  what: (event: AuditEvent) => string;
  /** What the repeats' one event says of them all. */
  shared: (event: AuditEvent) => Pick<AuditEvent, "grant" | "facts">;
};

const kinds: Record<"request.refused" | "record.read", Kind> = {
  "request.refused": {
    entity: "refusals",
    key: keys.refusals,
    // All that the repeats' one event will say: two different refusals are never summed under the first one's name.
    what: ({ grant = "", facts: { code, path = "", reason = "" } }) => [code, path, reason, grant].join("#"),
    shared: ({ grant, facts }) => ({ ...(grant ? { grant } : {}), facts }),
  },
  "record.read": {
    entity: "reads",
    key: keys.reads,
    // Whoever turns over a thousand grants adds two events: the first says whose, the second how many more.
    what: ({ facts: { path = "" } }) => path,
    shared: ({ facts: { path } }) => ({ facts: path === undefined ? {} : { path } }),
  },
};
/** How the table calls the counters of a minute. */
export const countedEntities: readonly string[] = Object.values(kinds).map(({ entity }) => entity);

const kindOf = (type: AuditEvent["type"]): Kind => {
  if (type === "request.refused" || type === "record.read") return kinds[type];
  throw new TypeError(`${type} is not counted`);
};

/**
 * Records a call so that nobody can flood the record (I-59): the first of a principal, kind and minute is an event at once;
 * repeats are counted in the item, and `sweep` writes one event for them when the minute is over.
 */
async function recordCounted(
  deps: CountDeps,
  type: keyof typeof kinds,
  { actor, grant, facts }: Read,
): Promise<void> {
  const { table } = deps;
  const kind = kinds[type];
  const head = { v: 1 as const, id: deps.newId(), type, time: isoMillis(deps.now()), actor };
  const event: AuditEvent = { ...head, ...(grant ? { grant } : {}), facts: { ...facts, count: 1 } };
  const minute = minuteOf(epochMs(event.time));
  const key = kind.key(minute, principalIn(actor), kind.what(event));
  if (await addOne(table, key)) return;
  const closesAt = isoMillis(epochMs(`${minute}:00Z`) + 60_000);
  const sealed = sealEvent(event);
  const first = await transact(table, [
    {
      Put: {
        TableName: table.name,
        Item: {
          ...key,
          entity: kind.entity,
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

export const recordRefusal = (deps: CountDeps, refused: Refused): Promise<void> =>
  recordCounted(deps, "request.refused", refused);

/** Records that a person reads the record through the API: before they are answered, so that none goes unrecorded. */
export const recordRead = (deps: CountDeps, read: Read): Promise<void> =>
  recordCounted(deps, "record.read", read);

/** Closes a minute: one event for the repeats, if there were any, and the counter goes. */
export async function closeCounted(
  table: Table,
  key: { pk: string; sk: string },
  now: number,
): Promise<number> {
  const found = await readItem(table, key);
  if (!found) return 0;
  const item = countedItem.parse(found);
  const repeats = item.count - 1;
  const first = auditEvent.parse(JSON.parse(item.first));
  // A straggler may open the same minute anew after it was closed: the first event tells the two apart.
  const id = sha256Hex(`${item.pk} ${item.sk} ${first.id}`).slice(0, 32);
  // The event is of now; the minute that it counts is told by its times.
  const began = epochMs(`${minuteOf(epochMs(first.time))}:00Z`);
  const minute = { startsAt: isoSeconds(began), endsAt: isoSeconds(began + 60_000) };
  const shared = kindOf(first.type).shared(first);
  // Many calls: of which request, session and address the first was is no word about the others.
  const { requestId: _request, sourceIp: _address, sessionName: _session, ...actor } = first.actor;
  const head = { v: 1 as const, id, type: first.type, time: isoMillis(now), actor };
  const event = sealEvent({ ...head, ...shared, facts: { ...shared.facts, ...minute, count: repeats } });
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
