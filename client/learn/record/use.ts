import { createHash } from "node:crypto";
import type { ColumnValue } from "../../../functions/core/audit/columns.ts";
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

/** A text without the apostrophe that `flatText` puts before what a spreadsheet would calculate. */
function textOf(cells: Cells, name: string): string | undefined {
  const value = cells.get(name);
  return typeof value === "string" ? value.replace(/^'(?=[=+\-@])/, "") : undefined;
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

/** All that a row tells, short: CloudTrail may deliver a call twice, and both copies must say the same. */
function printOf(cells: Cells): string {
  const told = usageColumns.map(({ name }) => {
    const value = cells.get(name) ?? null;
    return typeof value === "bigint" ? String(value) : value;
  });
  return createHash("sha256").update(JSON.stringify(told)).digest("base64").slice(0, 24);
}

function* callsIn({ key, file }: RecordFile, period: Period, seen: Map<string, string>): Generator<UsedCall> {
  for (let row = 0; row < file.rows; row += 1) {
    const cells: Cells = new Map(file.columns.map(({ name, values }) => [name, values[row] ?? null]));
    const call = callOf(cells);
    if (!call) throw cannotTell(`${key}, row ${row + 1}`, "it is no call that can be read");
    const print = printOf(cells);
    const before = seen.get(call.id);
    if (before !== undefined && before !== print) throw tampered(key, call.id);
    if (before !== undefined) continue;
    seen.set(call.id, print);
    if (period.from <= call.at && call.at < period.until) yield call;
  }
}

/** The calls of a period that CloudTrail saw, each `usage_id` once. Throws at the first row that is none. */
export async function* recordedUse(source: Source, period: Period, read?: Read): AsyncGenerator<UsedCall> {
  const seen = new Map<string, string>();
  const columns = usageColumns.map(({ name }) => name);
  for await (const each of filesOf(source, { of: "usage", columns, period })) {
    read?.(each);
    yield* callsIn(each, period, seen);
  }
}
