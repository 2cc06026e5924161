import { createHash } from "node:crypto";
import * as z from "zod";
import type { Put } from "../aws/audit-store.ts";
import type { Log } from "../aws/log.ts";
import { parquetOf } from "../aws/parquet.ts";
import type { Now } from "../aws/system.ts";
import type { TellUsage, Told } from "../aws/usage-bus.ts";
import { FIRST_DAY } from "../core/audit/columns.ts";
import { usageColumns } from "../core/audit/usage.ts";
import { isoMillis } from "../core/time.ts";
import { USE_TYPES } from "../core/watch/use.ts";
import { type Interest, readUsage, type UsageRow } from "./read-usage.ts";
import { gatherCalls } from "./sessions.ts";
import { type FileProblem, splitRecords, UnreadableFile } from "./split-records.ts";

/** What EventBridge says of a new object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const newObject = z.object({
  "detail-type": z.literal("Object Created"),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string().min(1).max(1024) }),
  }),
});

/** The text of a stored file, unzipped as it comes. Throws `UnreadableFile` for what is in it, other faults for S3's. */
export type OpenFile = (key: string) => Promise<AsyncIterable<Uint8Array>>;
export type ImportDeps = {
  open: OpenFile;
  put: Put;
  tell: TellUsage;
  log: Log;
  now: Now;
  interest: Interest;
  trailBucket: string;
};
export type Imported = { rows: number; objects: number; unreadable: number; problem?: FileProblem };

// CloudTrail's own digest files and its insights lie beside these, under other folders.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-find-log-files.html
const LOG_FILE =
  /^AWSLogs\/(o-[a-z0-9]+\/)?\d{12}\/CloudTrail\/[a-z0-9-]+\/\d{4}\/\d{2}\/\d{2}\/[^/]+\.json\.gz$/;

/** Rows, and characters of the records that they were read of, which are kept before an object is written of them. */
const ROWS_AT_ONCE = 50_000;
const CHARACTERS_AT_ONCE = 64_000_000;
const DAY_MS = 86_400_000;

const textOf = ({ row }: UsageRow): string =>
  JSON.stringify(row, (_key, value) => (typeof value === "bigint" ? String(value) : value));

/** One object for one day's rows, named by their content: the same file read again makes the same objects. */
async function store(
  { put }: ImportDeps,
  rows: readonly UsageRow[],
): Promise<{ rows: number; objects: number; unreadable: number }> {
  const days = new Map<string, Map<string, UsageRow>>();
  let unreadable = 0;
  for (const usage of rows) {
    const ofDay = days.get(usage.day) ?? new Map<string, UsageRow>();
    days.set(usage.day, ofDay);
    const first = ofDay.get(usage.id);
    if (!first) ofDay.set(usage.id, usage);
    // Two calls of one id CloudTrail does not tell of. In the record, where nothing is deleted, they would fail every
    // question about calls for ever.
    else if (textOf(first) !== textOf(usage)) unreadable += 1;
  }
  for (const [day, ofDay] of days) {
    const bytes = parquetOf(
      usageColumns,
      [...ofDay.values()].map(({ row }) => row),
    );
    await put(`usage/dt=${day}/${createHash("sha256").update(bytes).digest("hex")}.parquet`, bytes);
  }
  const kept = [...days.values()].reduce((sum, ofDay) => sum + ofDay.size, 0);
  return { rows: kept, objects: days.size, unreadable };
}

/**
 * Imports one file of CloudTrail's. A record that cannot be read costs no other, and a file that cannot be read any
 * further keeps what was read of it: both are told of by log codes that ring, and their content stays in the trail's
 * bucket. A fault of S3 is thrown, and the whole file comes again: its rows count once for every reader.
 */
export async function importFile(deps: ImportDeps, key: string): Promise<Imported> {
  const imported: Imported = { rows: 0, objects: 0, unreadable: 0 };
  const tomorrow = isoMillis(deps.now() + DAY_MS).slice(0, 10);
  let waiting: UsageRow[] = [];
  let held = 0;
  const calls = gatherCalls();
  const told: Told[] = [];
  const flush = async () => {
    const stored = await store(deps, waiting);
    imported.objects += stored.objects;
    imported.rows += stored.rows;
    imported.unreadable += stored.unreadable;
    waiting = [];
    held = 0;
  };
  try {
    for await (const text of splitRecords(await deps.open(key))) {
      const reading = readUsage(text, deps.interest);
      if (reading.kind === "other") continue;
      // Nor one of a day that the table does not have: no question would ever find it.
      if (reading.kind === "unreadable" || reading.usage.day < FIRST_DAY || reading.usage.day > tomorrow) {
        imported.unreadable += 1;
        continue;
      }
      waiting.push(reading.usage);
      if (reading.call) calls.add(reading.call);
      if (reading.assumed) told.push({ type: USE_TYPES.assumed, detail: reading.assumed });
      held += text.length;
      if (waiting.length >= ROWS_AT_ONCE || held >= CHARACTERS_AT_ONCE) await flush();
    }
  } catch (fault) {
    if (!(fault instanceof UnreadableFile)) throw fault;
    imported.problem = fault.problem;
    deps.log("usage.file_unreadable", { key, reason: fault.problem });
  }
  await flush();
  // After the record has it: what is told of twice is taken once.
  await deps.tell([...told, ...calls.summaries().map((detail) => ({ type: USE_TYPES.used, detail }))]);
  if (imported.unreadable > 0) deps.log("usage.record_unreadable", { key, count: imported.unreadable });
  deps.log("usage.imported", { key, rows: imported.rows, objects: imported.objects });
  return imported;
}

/** Imports what an event tells of: a log file in the trail's bucket; anything else there is none of ours. */
export async function importNew(deps: ImportDeps, event: unknown): Promise<Imported | "not_a_log_file"> {
  const { detail } = newObject.parse(event);
  if (detail.bucket.name !== deps.trailBucket || !LOG_FILE.test(detail.object.key)) return "not_a_log_file";
  return importFile(deps, detail.object.key);
}
