import { createHash } from "node:crypto";
import type { ColumnValue } from "../../../functions/core/audit/columns.ts";
import { unquoted } from "../../../functions/core/audit/flat-text.ts";
import { usageColumns } from "../../../functions/core/audit/usage.ts";
import type { Source } from "../../../functions/core/audit/verify/source.ts";
import { cannotTell, filesOf, type RecordFile, tampered } from "./files.ts";
import type { Period } from "./period.ts";
import type { Read } from "./read.ts";

/** One call that CloudTrail saw. `at` in epoch ms, of whole seconds; absent is what the row does not tell. */
export type UsedCall = {
  id: string;
  at: number;
  service: string;
  /** CloudTrail's `eventName`. */
  action: string;
  readOnly?: boolean;
  /** Of a minted session: its grant. */
  grant?: string;
  resourceArn?: string;
  bucket?: string;
  key?: string;
  /** Of a listing: the text that the names asked for begin with; empty where all were. Rows of earlier releases do not tell. */
  prefix?: string;
  error?: string;
};

type Cells = Map<string, ColumnValue>;

function textOf(cells: Cells, name: string): string | undefined {
  const value = cells.get(name);
  return typeof value === "string" ? unquoted(value) : undefined;
}

function callOf(cells: Cells): UsedCall | undefined {
  const [id, service, action, at] = [
    textOf(cells, "usage_id"),
    textOf(cells, "service"),
    textOf(cells, "api_action"),
    cells.get("used_at"),
  ];
  if (!id || !service || !action || !(at instanceof Date) || Number.isNaN(at.getTime())) return undefined;
  const readOnly = cells.get("read_only");
  const texts = {
    grant: textOf(cells, "grant_id"),
    resourceArn: textOf(cells, "resource_arn"),
    bucket: textOf(cells, "bucket"),
    key: textOf(cells, "object_key"),
    prefix: textOf(cells, "listed_prefix"),
    error: textOf(cells, "error_code"),
  };
  const known = Object.entries(texts).filter(([, value]) => value !== undefined);
  return {
    ...{ id, at: at.getTime(), service, action },
    ...(typeof readOnly === "boolean" ? { readOnly } : {}),
    ...Object.fromEntries(known),
  };
}

/** Added after the first release: a call that was imported again since then has it, and its earlier copy has not. */
const ADDED = "listed_prefix";

/** What is compared of two copies of a call: all that a row tells, short; and what its file may be too old to tell. */
type Print = { told: string; added: ColumnValue | undefined };

function printOf(cells: Cells): Print {
  const told = usageColumns.map(({ name }) => {
    const value = (name === ADDED ? undefined : cells.get(name)) ?? null;
    if (typeof value === "bigint") return String(value);
    // Earlier releases put one apostrophe less before some texts.
    return typeof value === "string" ? value.replace(/^'+/, "") : value;
  });
  return {
    told: createHash("sha256").update(JSON.stringify(told)).digest("base64").slice(0, 24),
    added: cells.get(ADDED),
  };
}

/** True where two copies tell something otherwise. What one of them does not tell, it does not tell otherwise. */
const differ = (one: Print, other: Print): boolean =>
  one.told !== other.told ||
  (one.added !== undefined && other.added !== undefined && one.added !== other.added);

function* callsIn({ key, file }: RecordFile, period: Period, seen: Map<string, Print>): Generator<UsedCall> {
  for (let row = 0; row < file.rows; row += 1) {
    const cells: Cells = new Map(file.columns.map(({ name, values }) => [name, values[row] ?? null]));
    const call = callOf(cells);
    if (!call) throw cannotTell(`${key}, row ${row + 1}`, "it is no call that can be read");
    const print = printOf(cells);
    const before = seen.get(call.id);
    if (before && differ(before, print)) throw tampered(key, call.id);
    if (!before || before.added === undefined) seen.set(call.id, print);
    if (before) continue;
    if (period.from <= call.at && call.at < period.until) yield call;
  }
}

/** The calls of a period that CloudTrail saw, each `usage_id` once. Throws at the first row that is none. */
export async function* recordedUse(source: Source, period: Period, read?: Read): AsyncGenerator<UsedCall> {
  // CloudTrail may deliver a call twice, and both copies must say the same.
  const seen = new Map<string, Print>();
  const columns = usageColumns.map(({ name }) => name);
  for await (const each of filesOf(source, { of: "usage", columns, period })) {
    read?.(each);
    yield* callsIn(each, period, seen);
  }
}
