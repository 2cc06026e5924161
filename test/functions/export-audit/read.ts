import { parquetReadObjects } from "hyparquet";

export type Row = Record<string, unknown>;

/** The rows of a Parquet file, as another implementation reads them. */
export async function rowsOf(bytes: Uint8Array): Promise<Row[]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return parquetReadObjects({ file });
}

/** The rows of every event object of a bucket. */
export async function exportedRows(objects: ReadonlyMap<string, Uint8Array>): Promise<Row[]> {
  const files = [...objects].filter(([key]) => key.startsWith("events/"));
  return (await Promise.all(files.map(([, bytes]) => rowsOf(bytes)))).flat();
}

/** What every reader makes of the rows: each id once, and no two copies that differ. */
export function eventsOf(rows: readonly Row[]): Map<unknown, unknown> {
  const bodies = new Map<unknown, unknown>();
  for (const row of rows) {
    if (bodies.has(row.event_id) && bodies.get(row.event_id) !== row.body) throw new Error("copies differ");
    bodies.set(row.event_id, row.body);
  }
  return bodies;
}
