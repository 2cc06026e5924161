import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RecordedGrant } from "../../../../client/learn/record/grant.ts";
import { parquetOf } from "../../../../functions/aws/parquet.ts";
import type { ColumnValue } from "../../../../functions/core/audit/columns.ts";
import { type Facts, type SealedEvent, sealEvent } from "../../../../functions/core/audit/event.ts";
import type { EventType } from "../../../../functions/core/audit/registry.ts";
import { usageColumns } from "../../../../functions/core/audit/usage.ts";
import { isoMillis } from "../../../../functions/core/time.ts";
import { numbers } from "../../../fakes/numbers.ts";
import { repeated, writeEvents } from "./write.ts";

/** An agent that asks for all of a resource and uses one folder of it, in a year where nobody else does. */
export const ONE_PREFIX = { agent: "eval-runner", resource: "eval-sets", access: "read", prefix: "suites/" };
/** A resource of the catalogue that nobody asks for in the year. */
export const NOBODY_USES = "run-settings";

type UsageName = (typeof usageColumns)[number]["name"];
export type UsageRow = Partial<Record<UsageName, ColumnValue>> & { usage_id: string; used_at: Date };
/** What was done in a year: events beside the chains, and calls. */
export type YearUse = { events: SealedEvent[]; rows: UsageRow[] };

type Chance = () => number;
type Call = { service: string; action: string; arn?: string; bucket?: string; key?: string; prefix?: string };
const pick = <T>(chance: Chance, list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;

const FOLDERS = ["alpha/", "beta/", "gamma/"];
const MONTHS = Array.from({ length: 12 }, (_, index) => `month=2025-${String(index + 1).padStart(2, "0")}/`);

const isPlanted = ({ agent, resource, access }: RecordedGrant): boolean =>
  agent === ONE_PREFIX.agent && resource === ONE_PREFIX.resource && access === ONE_PREFIX.access;

/** Keys below a place: of the scope where there is one, else of folders that differ, so that they have none in common. */
function keysOf(grant: RecordedGrant, chance: Chance): { keys: string[]; listed: string } {
  const { prefix, keys } = grant.scope ?? {};
  if (Array.isArray(keys)) return { keys, listed: "" };
  const name = () => `${Math.floor(chance() * 1e6)}.jsonl`;
  if (isPlanted(grant))
    return { keys: [0, 1].map(() => ONE_PREFIX.prefix + name()), listed: ONE_PREFIX.prefix };
  const start = Math.floor(chance() * FOLDERS.length);
  const folders = [0, 1].map((next) => FOLDERS[(start + next) % FOLDERS.length] ?? "");
  return { keys: folders.map((folder) => `${prefix ?? ""}${folder}${name()}`), listed: String(prefix ?? "") };
}

function s3Calls(grant: RecordedGrant, chance: Chance): Call[] {
  const [bucket = "", base = ""] = /:::([^/]+)\/(.*)\*$/.exec(grant.resourceArn)?.slice(1) ?? [];
  const { keys, listed } = keysOf(grant, chance);
  const of = { service: "s3", bucket };
  const onKeys = (action: string) => keys.map((key) => ({ ...of, action, key: base + key }));
  const list = { ...of, action: "ListObjects", prefix: base + listed };
  if (grant.access === "write") return onKeys("PutObject");
  if (grant.access === "list") return [list, list];
  // Reading by keys lists nothing.
  return grant.scope?.keys ? onKeys("GetObject") : [list, ...onKeys("GetObject")];
}

function glueCalls(grant: RecordedGrant, chance: Chance): Call[] {
  const account = grant.resourceArn.split(":")[4] ?? "";
  const bucket = `latchkey-example-warehouse-${account}`;
  const scope = grant.scope?.partitions;
  const parts = Array.isArray(scope) ? scope.map((part) => `${part}/`) : MONTHS.filter(() => chance() < 0.5);
  const workgroup = `arn:aws:athena:us-east-1:${account}:workgroup/northwind-agents`;
  return [
    { service: "athena", action: "StartQueryExecution", arn: workgroup },
    { service: "athena", action: "GetQueryResults" },
    ...parts.map((part) => ({
      ...{ service: "s3", action: "GetObject", bucket, key: `claims_by_month/${part}data.parquet` },
    })),
  ];
}

function callsOf(grant: RecordedGrant, chance: Chance): Call[] {
  const arn = grant.resourceArn;
  const [, , service = ""] = arn.split(":");
  const one = (action: string): Call[] => [0, 1].map(() => ({ service, action, arn }));
  if (service === "s3") return s3Calls(grant, chance);
  if (service === "glue") return glueCalls(grant, chance);
  if (service === "dynamodb")
    return one(grant.access === "write" ? "PutItem" : pick(chance, ["GetItem", "Query"]));
  if (service === "secretsmanager") return one("GetSecretValue");
  return one("InvokeModel");
}

function rowOf(grant: RecordedGrant, call: Call, at: number, id: string): UsageRow {
  const account = grant.moves[0]?.actor.arn?.split(":")[4] ?? "111122223333";
  const session = `lk.year.${grant.id}.1`;
  return {
    ...{ usage_id: id, used_at: new Date(Math.floor(at / 1_000) * 1_000), account_id: account },
    ...{ aws_region: "us-east-1", service: call.service, api_action: call.action },
    read_only: !/^Put/.test(call.action),
    caller_arn: `arn:aws:sts::${account}:assumed-role/latchkey-access-of-the-year/${session}`,
    ...{ session_name: session, grant_id: grant.id, attempt: 1n },
    resource_arn: call.arn ?? (call.bucket ? `arn:aws:s3:::${call.bucket}` : null),
    ...{ bucket: call.bucket ?? null, object_key: call.key ?? null, listed_prefix: call.prefix ?? null },
  };
}

function beside(grant: RecordedGrant, type: EventType, at: number, more: Facts): SealedEvent {
  const name = type.replace(/[^a-z]/g, "-");
  return sealEvent({
    ...{ v: 1, id: `${grant.id}-${name}`, type, time: isoMillis(at) },
    ...{ actor: { type: "agent", id: grant.agent }, grant: grant.id },
    facts: { ...repeated(grant), status: "ACTIVE", ...more },
  });
}

const READ: Facts = { rows: 20, bytes: 900, columns: "*", maskedValues: 4, detected: 0 };

/** What was done under each grant that became active: of some nothing; else up to close to the end of the window. */
export function usedIn(grants: readonly RecordedGrant[], seed = 11): YearUse {
  const chance = numbers(seed);
  const used: YearUse = { events: [], rows: [] };
  for (const grant of grants) {
    const startsAt = grant.moves.find(({ type }) => type === "grant.activated")?.startsAt;
    if (startsAt === undefined) continue;
    const fate = chance();
    const windowMs = grant.windowSeconds * 1_000;
    const [first, last] = [startsAt + 0.05 * windowMs, startsAt + (0.85 + 0.13 * chance()) * windowMs];
    if (fate < 0.03) continue;
    if (grant.access === "perform") used.events.push(beside(grant, "permit.redeemed", last, {}));
    else if (grant.masked) used.events.push(beside(grant, "data.read", last, READ));
    else {
      const session = { attempt: 1, sessionName: `lk.year.${grant.id}.1` };
      used.events.push(beside(grant, "credentials.collected", first - 1_000, session));
      if (fate < 0.06) continue;
      const calls = callsOf(grant, chance);
      const step = (last - first) / Math.max(1, calls.length - 1);
      calls.forEach((call, index) => {
        used.rows.push(rowOf(grant, call, first + index * step, `${grant.id}-call-${index}`));
      });
      if (fate > 0.98) {
        const refused = { service: "s3", action: "GetObject", bucket: "elsewhere", key: "no/such" };
        used.rows.push({
          ...rowOf(grant, refused, first, `${grant.id}-refused`),
          error_code: "AccessDenied",
        });
      }
    }
  }
  return used;
}

/** One object of calls, as the importer names and writes it. */
export function writeCalls(folder: string, day: string, rows: readonly UsageRow[]): string {
  const bytes = parquetOf(
    usageColumns,
    rows.map((row) => usageColumns.map(({ name }) => row[name] ?? null)),
  );
  const path = join(folder, `usage/dt=${day}/${createHash("sha256").update(bytes).digest("hex")}.parquet`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

function byDay<T>(all: readonly T[], dayOf: (each: T) => string): Map<string, T[]> {
  const days = new Map<string, T[]>();
  for (const each of all) {
    const list = days.get(dayOf(each));
    if (list) list.push(each);
    else days.set(dayOf(each), [each]);
  }
  return days;
}

/** Writes what was done beside the year's grants: events under `events/`, calls under `usage/`, a file for each day. */
export function writeUse(folder: string, { events, rows }: YearUse): void {
  for (const [day, own] of byDay(events, ({ event }) => event.time.slice(0, 10)))
    writeEvents(folder, day, own);
  for (const [day, own] of byDay(rows, ({ used_at }) => used_at.toISOString().slice(0, 10)))
    writeCalls(folder, day, own);
}
