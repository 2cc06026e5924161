import { type BasicType, parquetWriteBuffer } from "hyparquet-writer";
import type { ColumnType, ColumnValue } from "../core/audit/columns.ts";

// TIMESTAMP is INT64 with TIMESTAMP_MILLIS: Athena and DuckDB both read it as a timestamp without zone, in UTC.
const parquetTypes: Record<ColumnType, BasicType> = {
  string: "STRING",
  bigint: "INT64",
  int: "INT32",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP",
};

/**
 * Rows as one Parquet file, Snappy, every column nullable. The same rows give the same bytes: no time, no random id and
 * no version of the writer is in them. Bounds are kept only of numbers and times: the writer cuts those of texts short,
 * and readers differ in whether they know. Booleans are PLAIN: run-length ones are not read everywhere.
 */
export function parquetOf(
  columns: readonly { name: string; type: ColumnType }[],
  rows: readonly (readonly ColumnValue[])[],
): Uint8Array {
  const columnData = columns.map(({ name, type }, index) => ({
    name,
    type: parquetTypes[type],
    data: rows.map((row) => row[index] ?? null),
    nullable: true,
    statistics: type !== "string",
    ...(type === "boolean" ? { encoding: "PLAIN" as const } : {}),
  }));
  const createdBy = "latchkey";
  return new Uint8Array(
    parquetWriteBuffer({ columnData, codec: "SNAPPY", createdBy, rowGroupSize: 100_000 }),
  );
}
