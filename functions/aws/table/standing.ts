import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { Standing } from "../../core/policy/context.ts";
import type { Quota, Used } from "../../core/quota.ts";
import { readable } from "../../core/stored.ts";
import { isoMillis, minuteOf } from "../../core/time.ts";
import type { Table } from "./client.ts";
import { due, keys } from "./keys.ts";
import type { Write } from "./transaction.ts";

const quotaItem = z.object({
  /** Ids of the agent's grants that are not over: as many as the quota allows. */
  open: z.set(z.string()).optional(),
  minute: z.string().optional(),
  asks: z.number().optional(),
  duePk: z.string().optional(),
});
const useItem = z.looseObject({ approvals: z.number(), lastModel: z.string().optional() });

/** Ids of the grants that a quota item counts as open. */
export const openGrantsOf = (item: Record<string, unknown>): string[] => [
  ...(quotaItem.parse(item).open ?? []),
];

/** What an agent has open, has asked and was given: taken once for an ask, strongly consistent. */
export type AgentStanding = { standing: Standing; used: Used; isWatched: boolean };

const DAY_MS = 86_400_000;
const dayOf = (now: number): string => isoMillis(now).slice(0, 10);
const sumOf = (item: Record<string, unknown>, what: "grants" | "seconds", now: number): number =>
  [now, now - DAY_MS].reduce((sum, day) => sum + Number(item[`${what} ${dayOf(day)}`] ?? 0), 0);

/** Reads everything that is kept under an agent's key, and picks what concerns this resource. */
export async function readStanding(
  table: Table,
  { agent, resource, now }: { agent: string; resource: string; now: number },
): Promise<AgentStanding> {
  const answer = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": keys.quota(agent).pk },
      ConsistentRead: true,
    }),
  );
  const items = (answer.Items ?? []).map(readable);
  const found = (key: { sk: string }) => items.find((item) => item.sk === key.sk);
  const quota = quotaItem.parse(found(keys.quota(agent)) ?? {});
  const use = useItem.optional().parse(found(keys.use(agent, resource)));
  const openGrants = quota.open?.size ?? 0;
  return {
    standing: {
      openGrants,
      firstUse: use === undefined,
      ...(use?.lastModel ? { lastModel: use.lastModel } : {}),
      recentGrants: use ? sumOf(use, "grants", now) : 0,
      recentWindowSeconds: use ? sumOf(use, "seconds", now) : 0,
      openReview: found(keys.review(agent)) !== undefined,
    },
    used: { openGrants, minute: quota.minute ?? "", asks: quota.asks ?? 0 },
    isWatched: quota.duePk !== undefined,
  };
}

const WATCH_MS = 3_600_000;

/**
 * Counts one ask, and the grant that it opens, within the quota: part of the ask's own transaction, with conditions that
 * no race passes (I-45). `publish-events` takes the grant out of the set again when it is over; in case the stream is
 * late, `sweep` looks at the item each hour.
 */
export function countAsk(
  table: Table,
  { agent, quota, opens }: { agent: string; quota: Quota; opens: string | undefined },
  { used, isWatched }: Pick<AgentStanding, "used" | "isWatched">,
  now: number,
): Write {
  // Another function's clock may be a little ahead: its minute is then this one.
  const minute = minuteOf(now);
  const sameMinute = used.minute >= minute;
  const watch = due(`quota ${agent}`, isoMillis(now + WATCH_MS));
  const names = {
    "#minute": "minute",
    "#asks": "asks",
    ...(opens ? { "#open": "open" } : {}),
    ...(isWatched ? {} : { "#entity": "entity" }),
  };
  const set = [
    ...(sameMinute ? [] : ["#minute = :minute", "#asks = :one"]),
    ...(isWatched ? [] : ["#entity = :quota", "duePk = :duePk", "dueSk = :dueSk"]),
  ];
  const add = [...(sameMinute ? ["#asks :one"] : []), ...(opens ? ["#open :grant"] : [])];
  const within = [
    sameMinute
      ? "#minute = :minute AND #asks < :mostAsks"
      : "(attribute_not_exists(#minute) OR #minute < :minute)",
    ...(opens ? ["(attribute_not_exists(#open) OR size(#open) < :mostOpen)"] : []),
  ];
  return {
    Update: {
      TableName: table.name,
      Key: keys.quota(agent),
      UpdateExpression: [
        ...(set.length > 0 ? [`SET ${set.join(", ")}`] : []),
        ...(add.length > 0 ? [`ADD ${add.join(", ")}`] : []),
      ].join(" "),
      ConditionExpression: within.join(" AND "),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: {
        ":minute": sameMinute ? used.minute : minute,
        ":one": 1,
        ...(sameMinute ? { ":mostAsks": quota.asksPerMinute } : {}),
        ...(opens ? { ":grant": new Set([opens]), ":mostOpen": quota.openGrants } : {}),
        ...(isWatched ? {} : { ":quota": "quota", ":duePk": watch.duePk, ":dueSk": watch.dueSk }),
      },
    },
  };
}

const KEPT_DAYS = 30;

/**
 * Notes that an agent was given something of a resource: how much of it today, and which model asked. Part of the
 * transaction of the approval; without a condition, so that two approvals at once both count.
 */
export function countApproval(
  table: Table,
  grant: {
    agent: { id: string };
    resource: { id: string };
    windowSeconds: number;
    model?: string | undefined;
  },
  now: number,
): Write {
  const today = dayOf(now);
  const old = Array.from({ length: KEPT_DAYS }, (_, index) => dayOf(now - (index + 2) * DAY_MS));
  const names = Object.fromEntries(
    old.flatMap((day, index) => [
      [`#grants${index}`, `grants ${day}`],
      [`#seconds${index}`, `seconds ${day}`],
    ]),
  );
  const gone = [...Object.keys(names), ...(grant.model ? [] : ["lastModel"])];
  const set = ["#entity = :use", ...(grant.model ? ["lastModel = :model"] : [])];
  return {
    Update: {
      TableName: table.name,
      Key: keys.use(grant.agent.id, grant.resource.id),
      UpdateExpression: `SET ${set.join(", ")} ADD approvals :one, #grants :one, #seconds :seconds REMOVE ${gone.join(", ")}`,
      ExpressionAttributeNames: {
        ...names,
        "#entity": "entity",
        "#grants": `grants ${today}`,
        "#seconds": `seconds ${today}`,
      },
      ExpressionAttributeValues: {
        ":use": "use",
        ":one": 1,
        ":seconds": grant.windowSeconds,
        ...(grant.model ? { ":model": grant.model } : {}),
      },
    },
  };
}
