import type { ColumnType, ColumnValue } from "../../columns.ts";
import { ParquetFault, type ParquetTrouble } from "./fault.ts";
import { footerOf } from "./footer.ts";
import { chunkValues } from "./pages.ts";

/** What a file may ask for before it is looked at. The exporter's largest is far below. */
export type ParquetLimits = { rows: number; unpackedBytes: number };

export type ParquetFile = {
  ok: true;
  rows: number;
  columns: { name: string; type: ColumnType; values: ColumnValue[] }[];
};
export type ReadParquet = ParquetFile | { ok: false; trouble: ParquetTrouble; why: string };

/**
 * Reads a Parquet file of the kind that the exporter writes: flat, optional columns, Snappy, pages of version 2, plain or
 * by dictionary. It is a reader of its own because the file is an opponent's: general readers make room for whatever a
 * header or a run claims (a page of 2 GB, a run of a thousand million nulls), this one refuses it first. Never throws.
 * `only`: the columns to read, where not all of them are wanted; what is in the others is not looked at.
 * https://parquet.apache.org/docs/file-format/
 */
export function readParquet(bytes: Uint8Array, limits: ParquetLimits, only?: readonly string[]): ReadParquet {
  try {
    const { rows, columns } = footerOf(bytes, limits.rows);
    const room = { left: limits.unpackedBytes };
    const wanted = only ? columns.filter(({ name }) => only.includes(name)) : columns;
    const read = wanted.map(({ name, type, chunks }) => ({
      name,
      type,
      values: chunks.flatMap((chunk) => chunkValues(bytes, { type, chunk, room })),
    }));
    return { ok: true, rows, columns: read };
  } catch (fault) {
    if (fault instanceof ParquetFault) return { ok: false, trouble: fault.trouble, why: fault.message };
    return { ok: false, trouble: "damaged", why: "it cannot be read" };
  }
}
