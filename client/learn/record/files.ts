import { type ParquetFile, readParquet } from "../../../functions/core/audit/verify/parquet/read.ts";
import { ahead, type Source } from "../../../functions/core/audit/verify/source.ts";
import { CliError, exitCodes } from "../../exit.ts";
import { type Period, touches } from "./period.ts";

/** More than any object of the exporter has: what is larger, or claims to be once unpacked, is not read. */
const LIMITS = { rows: 1_000_000, unpackedBytes: 1 << 30 };
const MAX_BYTES = 1 << 28;

/** That something of the record cannot be read, so that nothing is said of the whole. */
export const cannotTell = (place: string, why: string): CliError =>
  new CliError(`${place}: ${why}. Ask: latchkey audit verify`, exitCodes.cannotTell);

export const tampered = (place: string, id: string): CliError =>
  new CliError(`${place}: two copies of ${id} differ. Ask: latchkey audit verify`, exitCodes.tampered);

const unfinished = (key: string): CliError =>
  new CliError(
    `${key} is a download that was not finished: run \`aws s3 sync\` again.`,
    exitCodes.cannotTell,
  );

const noRecord = (): CliError =>
  new CliError(
    "What --events names holds no part of a record: there is no folder events in it.",
    exitCodes.cannotTell,
  );

const DAY = /(?:^|\/)dt=([^/]*)\//;
const isEvents = (key: string): boolean => !/(^|\/)(usage|quarantine|digests)\//.test(key);
const isUsage = (key: string): boolean => /(^|\/)usage\//.test(key);
/** The folder of events, or a day of it: `events/` may itself be what was named. */
const isOfEvents = (key: string): boolean => isEvents(key) && /(^|\/)(events\/|dt=)/.test(key);
/** As `aws s3 sync` calls what it has not got whole. */
const UNFINISHED = /\.parquet\.[^/]+$/;

/** What of a record is read: its events, or the calls that were made; and no more than these columns. */
export type Part = { of: "events" | "usage"; columns: readonly string[]; period?: Period | undefined };
/** One object of the record as it was found; `done` of `total` come before it. */
export type RecordObject = { key: string; bytes: Uint8Array; done: number; total: number };
/** The same, read. */
export type RecordFile = { key: string; file: ParquetFile; done: number; total: number };

async function keysOf(source: Source, { of, period }: Omit<Part, "columns">): Promise<string[]> {
  const isOf = of === "events" ? isEvents : isUsage;
  const keys: string[] = [];
  let isRecord = false;
  for await (const { key, odd } of source.list()) {
    if (!isOf(`${key}/`)) continue;
    // What is behind it may be a part of the record: without it the answer would look whole.
    if (odd !== undefined) throw cannotTell(key, `it is ${odd}`);
    if (UNFINISHED.test(key)) throw unfinished(key);
    isRecord ||= isOfEvents(key);
    const day = DAY.exec(key)?.[1];
    const isWanted = !period || day === undefined || touches(period, day);
    if (key.endsWith(".parquet") && isWanted) keys.push(key);
  }
  // Of a record without `usage/`, use is not imported.
  if (of === "events" && !isRecord) throw noRecord();
  return keys.sort();
}

const WHY = {
  missing: "it went away while it was read",
  unreadable: "it cannot be read",
  too_large: "it is larger than anything that is exported",
} as const;

/** The objects of a part of the record, by days and names, a few loaded ahead. */
export async function* objectsOf(source: Source, part: Omit<Part, "columns">): AsyncGenerator<RecordObject> {
  const keys = await keysOf(source, part);
  let done = 0;
  for await (const [key, bytes] of ahead(keys, (each) => source.read(each, MAX_BYTES))) {
    if (typeof bytes === "string") throw cannotTell(key, WHY[bytes]);
    yield { key, bytes, done, total: keys.length };
    done += 1;
  }
}

/** What is in an object. Throws where it is no Parquet of the record's kind. */
export function fileIn(key: string, bytes: Uint8Array, columns: readonly string[]): ParquetFile {
  const file = readParquet(bytes, LIMITS, columns);
  if (!file.ok)
    throw cannotTell(key, file.trouble === "damaged" ? `${file.why}: download it again` : file.why);
  return file;
}

/** The Parquet files of a part of the record, in the same order. Throws at the first that is none. */
export async function* filesOf(source: Source, part: Part): AsyncGenerator<RecordFile> {
  for await (const { key, bytes, done, total } of objectsOf(source, part))
    yield { key, file: fileIn(key, bytes, part.columns), done, total };
}
