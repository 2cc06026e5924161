import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { Person } from "../../core/catalogue.ts";
import { epochMs, isoMillis } from "../../core/time.ts";
import type { Table } from "./client.ts";
import { keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

/** How many mails one person may be sent in an hour of the clock (UTC) by what agents and colleagues ask (I-45). */
export const MAILS_PER_HOUR = 60;

const mailsItem = z.object({ hour: z.string(), mails: z.int().min(0) });
/** What the table has of a person's mails: of some hour, or nothing. */
export type MailsSeen = z.infer<typeof mailsItem> | undefined;

const hourOf = (now: number): string => isoMillis(now).slice(0, 13);

/** Whole seconds until the next hour of the clock begins, when everybody may be mailed again. */
export const secondsToNextHour = (now: number): number =>
  Math.ceil((epochMs(`${hourOf(now)}:00:00Z`) + 3_600_000 - now) / 1000);

/** Reads a person's counter, strongly consistent. */
async function readMails(table: Table, person: string): Promise<MailsSeen> {
  const answer = await table.client.send(
    new GetCommand({ TableName: table.name, Key: keys.mails(person), ConsistentRead: true }),
  );
  return answer.Item ? mailsItem.parse(answer.Item) : undefined;
}

/** How many mails are left to a person in this hour; never less than none. */
export const mailsLeft = (seen: MailsSeen, now: number): number =>
  Math.max(0, MAILS_PER_HOUR - (seen?.hour === hourOf(now) ? seen.mails : 0));

/**
 * Counts one mail to a person, as part of the transaction that claims it. `seen` only says which of two forms the write
 * takes (DynamoDB cannot choose): its condition holds whatever was written meanwhile, so the limit cannot be passed by
 * racing. `counted`: refuses nothing, because the mail follows from a person's decision.
 */
export function mailsCount(
  table: Table,
  person: string,
  { seen, now, limit = MAILS_PER_HOUR }: { seen: MailsSeen; now: number; limit?: number | "counted" },
): Write {
  const hour = hourOf(now);
  const key = { TableName: table.name, Key: keys.mails(person) };
  if (seen?.hour !== hour) {
    return {
      Update: {
        ...key,
        UpdateExpression: "SET #hour = :hour, mails = :one, entity = :entity",
        ConditionExpression: "attribute_not_exists(pk) OR #hour < :hour",
        ExpressionAttributeNames: { "#hour": "hour" },
        ExpressionAttributeValues: { ":hour": hour, ":one": 1, ":entity": "mails" },
      },
    };
  }
  const capped = limit !== "counted";
  return {
    Update: {
      ...key,
      UpdateExpression: "ADD mails :one",
      ConditionExpression: capped ? "#hour = :hour AND mails < :limit" : "#hour = :hour",
      ExpressionAttributeNames: { "#hour": "hour" },
      ExpressionAttributeValues: { ":hour": hour, ":one": 1, ...(capped ? { ":limit": limit } : {}) },
    },
  };
}

/** Each person with what the table has of their mails. */
export async function withMails(
  table: Table,
  people: readonly Person[],
): Promise<{ person: Person; seen: MailsSeen }[]> {
  return Promise.all(people.map(async (person) => ({ person, seen: await readMails(table, person.id) })));
}

/** The mails that an ask causes, as writes of the ask's own transaction; or, when one of these people has had enough, when to come back. */
export async function mailsOfAsk(
  table: Table,
  people: readonly Person[],
  now: number,
): Promise<{ ok: true; writes: Write[] } | { ok: false; retryAfterSeconds: number }> {
  const asked = await withMails(table, people);
  if (asked.some(({ seen }) => mailsLeft(seen, now) === 0))
    return { ok: false, retryAfterSeconds: secondsToNextHour(now) };
  return { ok: true, writes: asked.map(({ person, seen }) => mailsCount(table, person.id, { seen, now })) };
}
