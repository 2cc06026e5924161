import { createHash } from "node:crypto";
import { parquetOf } from "../../functions/aws/parquet.ts";
import { type ColumnValue, columns, rowOf } from "../../functions/core/audit/columns.ts";
import type { SealedEvent } from "../../functions/core/audit/event.ts";
import { usageColumns } from "../../functions/core/audit/usage.ts";
import { int, type Rng } from "../../local/data/random.ts";
import type { History } from "./history.ts";
import type { Call, Life } from "./life.ts";
import type { Reading } from "./planted.ts";
import { sessionOf } from "./scribe.ts";

export type Stored = { key: string; bytes: Uint8Array };

/** One object for a day's events of a batch, named as the exporter names them. */
export function eventObject(day: string, events: readonly SealedEvent[]): Stored {
  const bytes = parquetOf(columns, events.map(rowOf));
  const hash = createHash("sha256").update(bytes).digest("hex");
  return { key: `events/dt=${day}/${events[0]?.event.id}-${events.at(-1)?.event.id}-${hash}.parquet`, bytes };
}

/** Events as batches of the stream, of which some begin again before the end of the last; and how many rows that makes a day. */
export function eventObjects(events: readonly SealedEvent[], rng: Rng, size: number, again: number) {
  const objects: Stored[] = [];
  const rows = new Map<string, number>();
  for (let start = 0; start < events.length; ) {
    const end = start + int(rng, Math.ceil(size / 2), size);
    const days = new Map<string, SealedEvent[]>();
    for (const sealed of events.slice(start, end)) {
      const day = sealed.event.time.slice(0, 10);
      days.set(day, [...(days.get(day) ?? []), sealed]);
    }
    for (const [day, ofDay] of days) {
      objects.push(eventObject(day, ofDay));
      rows.set(day, (rows.get(day) ?? 0) + ofDay.length);
    }
    // The next batch begins before the end of this one, as after a retry.
    start = rng() < again ? Math.max(start + 1, end - int(rng, 1, 40)) : end;
  }
  return { objects, rows };
}

type UsageRow = Partial<Record<(typeof usageColumns)[number]["name"], ColumnValue>>;

const ofCall = (
  life: Pick<Life, "id" | "agent"> & { resource?: Life["resource"] },
  call: Call,
): UsageRow => ({
  usage_id: call.id,
  used_at: new Date(call.at),
  service: life.resource?.service ?? "s3",
  api_action: call.action,
  read_only: call.readOnly,
  caller_arn: `arn:aws:sts::000000000000:assumed-role/latchkey-access-x/${sessionOf(life, call.attempt)}`,
  session_name: sessionOf(life, call.attempt),
  grant_id: life.id,
  attempt: BigInt(call.attempt),
  resource_arn:
    call.arn ?? (call.bucket ? `arn:aws:s3:::${call.bucket}${call.key ? `/${call.key}` : ""}` : null),
  bucket: call.bucket ?? null,
  object_key: call.key ?? null,
  error_code: call.error ?? null,
});

const ofReading = (reading: Reading): UsageRow => ({
  usage_id: reading.id,
  used_at: new Date(reading.at),
  service: "s3",
  api_action: reading.action,
  read_only: true,
  caller_arn: reading.arn,
  bucket: reading.bucket,
  error_code: reading.error ?? null,
});

function usageRows({ lives, readers, planted }: History): UsageRow[] {
  const { stray } = planted;
  const agent = { id: "agent-0", key: "a0", owner: "", team: "" };
  return [
    ...lives.flatMap((life) => life.calls.map((call) => ofCall(life, call))),
    ofCall({ id: stray.grant, agent }, stray.call),
    ...readers.map(ofReading),
  ];
}

/** One row as an object of its own: another copy of a call, or of a reading of the record. */
export function usageObject(at: number, of: Life | Reading, call?: Call): Stored {
  const row = "arn" in of ? ofReading(of) : call ? ofCall(of, call) : {};
  const bytes = parquetOf(usageColumns, [usageColumns.map(({ name }) => row[name] ?? null)]);
  return { key: `usage/dt=${new Date(at).toISOString().slice(0, 10)}/copy-${row.usage_id}.parquet`, bytes };
}

/** Usage by the day of the call; every tenth row is delivered twice, as CloudTrail may. */
export function usageObjects(history: History): Stored[] {
  const days = new Map<string, ColumnValue[][]>();
  for (const [index, row] of usageRows(history).entries()) {
    const day = (row.used_at as Date).toISOString().slice(0, 10);
    const values = usageColumns.map(({ name }) => row[name] ?? null);
    const ofDay = days.get(day) ?? [];
    days.set(day, ofDay);
    ofDay.push(values);
    if (index % 10 === 0) ofDay.push(values);
  }
  return [...days].map(([day, rows]) => ({
    key: `usage/dt=${day}/calls.parquet`,
    bytes: parquetOf(usageColumns, rows),
  }));
}
