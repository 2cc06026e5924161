import { createHash } from "node:crypto";
import type { Put } from "../aws/audit-store.ts";
import type { Log } from "../aws/log.ts";
import { parquetOf } from "../aws/parquet.ts";
import { columns } from "../core/audit/columns.ts";
import { epochMs } from "../core/time.ts";
import { quarantined, type StoredObject } from "./quarantine.ts";
import { type ExportedEvent, type Reading, readRecord } from "./read-record.ts";

export type ExportDeps = { put: Put; now: () => number; log: Log };
export type Exported = { objects: number; events: number; quarantined: number };

/** Events by their day, each once, in the batch's order. Copies that differ stay both: every reader fails on them. */
function byDay(events: readonly ExportedEvent[]): Map<string, ExportedEvent[]> {
  const days = new Map<string, Map<string, ExportedEvent>>();
  for (const event of events) {
    const day = event.event.time.slice(0, 10);
    const ofDay = days.get(day) ?? new Map<string, ExportedEvent>();
    ofDay.set(`${event.event.id} ${event.hash}`, event);
    days.set(day, ofDay);
  }
  return new Map([...days].map(([day, ofDay]) => [day, [...ofDay.values()]]));
}

/** One object for one day's events, named by the first and last of them and by what is in it. */
function objectOf(day: string, events: readonly ExportedEvent[]): StoredObject {
  const bytes = parquetOf(
    columns,
    events.map((event) => event.row),
  );
  const hash = createHash("sha256").update(bytes).digest("hex");
  return { key: `events/dt=${day}/${events[0]?.event.id}-${events.at(-1)?.event.id}-${hash}.parquet`, bytes };
}

type Found = { record: unknown; reading: Reading };

/** Writes an object per event day, and an object per record that could not be read. */
export async function store(deps: ExportDeps, found: readonly Found[]): Promise<Exported> {
  const events = found.flatMap(({ reading }) => (reading.kind === "event" ? [reading.event] : []));
  const days = byDay(events);
  for (const [day, ofDay] of days) {
    const { key, bytes } = objectOf(day, ofDay);
    await deps.put(key, bytes);
  }
  let poisoned = 0;
  for (const { record, reading } of found) {
    if (reading.kind !== "poison") continue;
    const { key, bytes } = quarantined(record, reading.reason, deps.now());
    await deps.put(key, bytes);
    deps.log("audit.quarantined", { key, reason: reading.reason });
    poisoned += 1;
  }
  const written = [...days.values()].reduce((sum, ofDay) => sum + ofDay.length, 0);
  return { objects: days.size, events: written, quarantined: poisoned };
}

/** How long ago the oldest of them happened: how far behind the record is, now that they can be queried. */
function oldestMs(found: readonly Found[], now: number): number | undefined {
  const times = found.flatMap(({ reading }) =>
    reading.kind === "event" ? [epochMs(reading.event.event.time)] : [],
  );
  if (times.length === 0) return undefined;
  return Math.max(0, now - times.reduce((oldest, time) => Math.min(oldest, time)));
}

/**
 * Exports one batch of the stream. Nothing in a record makes it throw; a fault of the store does, and then the whole
 * batch may come again: an object that is there already has the very same content, for its name holds its hash.
 */
export async function exportBatch(deps: ExportDeps, records: readonly unknown[]): Promise<Exported> {
  const found = records.map((record) => ({ record, reading: readRecord(record) }));
  const exported = await store(deps, found);
  const age = oldestMs(found, deps.now());
  deps.log("audit.exported", { ...exported, ...(age === undefined ? {} : { oldestMs: age }) });
  return exported;
}
