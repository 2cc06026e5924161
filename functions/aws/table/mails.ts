import * as z from "zod";
import type { Person } from "../../core/catalogue.ts";
import { epochMs, isoMillis } from "../../core/time.ts";
import type { Table } from "./client.ts";
import { readItem } from "./item.ts";
import { keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

/** How many mails one person may be sent in an hour of the clock (UTC) by what agents and colleagues ask (I-45). */
export const MAILS_PER_HOUR = 60;
/** How many of them one agent's asks may cause: nobody's asks may take the approvers' hour from all the others. */
export const MAILS_PER_AGENT = 30;

const mailsItem = z.looseObject({ hour: z.string(), mails: z.int().min(0) });
/** What the table has of a person's mails: of some hour, or nothing. */
export type MailsSeen = z.infer<typeof mailsItem> | undefined;

const hourOf = (now: number): string => isoMillis(now).slice(0, 13);

/** Whole seconds until the next hour of the clock begins, when everybody may be mailed again. */
export const secondsToNextHour = (now: number): number =>
  Math.ceil((epochMs(`${hourOf(now)}:00:00Z`) + 3_600_000 - now) / 1000);

/** Reads a person's counter, strongly consistent. */
async function readMails(table: Table, person: string): Promise<MailsSeen> {
  const item = await readItem(table, keys.mails(person));
  return item ? mailsItem.parse(item) : undefined;
}

const BY_AGENT = "asks ";
/** Names its hour: what is left over from an earlier one counts for nothing. */
const byAgent = (hour: string, agent: string): string => `${BY_AGENT}${hour} ${agent}`;

/** How many mails are left to a person in this hour, and of an agent's share where one asks; never less than none. */
export function mailsLeft(seen: MailsSeen, now: number, agent?: string): number {
  const hour = hourOf(now);
  const all = MAILS_PER_HOUR - (seen?.hour === hour ? seen.mails : 0);
  const share = agent === undefined ? all : MAILS_PER_AGENT - Number(seen?.[byAgent(hour, agent)] ?? 0);
  return Math.max(0, Math.min(all, share));
}

/**
 * Counts one mail to a person, as part of the transaction that claims it. `seen` only says which of two forms the write
 * takes (DynamoDB cannot choose): its condition holds whatever was written meanwhile, so the limit cannot be passed by
 * racing. `counted`: refuses nothing, because the mail follows from a person's decision. `agent`: whose share it is of.
 */
export function mailsCount(
  table: Table,
  person: string,
  {
    seen,
    now,
    limit = MAILS_PER_HOUR,
    agent,
  }: { seen: MailsSeen; now: number; limit?: number | "counted"; agent?: string },
): Write {
  const hour = hourOf(now);
  const key = { TableName: table.name, Key: keys.mails(person) };
  const names = { "#hour": "hour", ...(agent === undefined ? {} : { "#by": byAgent(hour, agent) }) };
  if (seen?.hour !== hour) {
    const old = Object.keys(seen ?? {}).filter((name) => name.startsWith(BY_AGENT));
    const gone = Object.fromEntries(old.map((name, index) => [`#old${index}`, name]));
    const set = `SET #hour = :hour, mails = :one, entity = :entity${agent === undefined ? "" : ", #by = :one"}`;
    return {
      Update: {
        ...key,
        UpdateExpression: old.length > 0 ? `${set} REMOVE ${Object.keys(gone).join(", ")}` : set,
        ConditionExpression: "attribute_not_exists(pk) OR #hour < :hour",
        ExpressionAttributeNames: { ...names, ...gone },
        ExpressionAttributeValues: { ":hour": hour, ":one": 1, ":entity": "mails" },
      },
    };
  }
  const capped = limit !== "counted";
  const within = [
    "#hour = :hour",
    ...(capped ? ["mails < :limit"] : []),
    ...(agent === undefined ? [] : ["(attribute_not_exists(#by) OR #by < :share)"]),
  ];
  return {
    Update: {
      ...key,
      UpdateExpression: agent === undefined ? "ADD mails :one" : "ADD mails :one, #by :one",
      ConditionExpression: within.join(" AND "),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: {
        ":hour": hour,
        ":one": 1,
        ...(capped ? { ":limit": limit } : {}),
        ...(agent === undefined ? {} : { ":share": MAILS_PER_AGENT }),
      },
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

/**
 * The mails that an agent's ask causes, as writes of the ask's own transaction; or, when one of these people has had
 * enough, of this agent or of all, when to come back.
 */
export async function mailsOfAsk(
  table: Table,
  { agent, people }: { agent: string; people: readonly Person[] },
  now: number,
): Promise<{ ok: true; writes: Write[] } | { ok: false; retryAfterSeconds: number }> {
  const asked = await withMails(table, people);
  if (asked.some(({ seen }) => mailsLeft(seen, now, agent) === 0))
    return { ok: false, retryAfterSeconds: secondsToNextHour(now) };
  const writes = asked.map(({ person, seen }) => mailsCount(table, person.id, { seen, now, agent }));
  return { ok: true, writes };
}
