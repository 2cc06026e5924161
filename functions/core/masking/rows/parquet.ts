import { type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import type { ReadRow } from "./read-row.ts";

/** A file of which parts can be had, as an S3 object by ranged reads. */
export type PartialFile = {
  byteLength: number;
  slice: (start: number, end?: number) => Promise<ArrayBuffer>;
};

export type ParquetOptions = {
  /** Top-level columns to read; of others nothing is fetched. Absent: all. */
  columns?: readonly string[];
  /** The first row wanted; row groups before its own are not fetched. */
  fromRow?: number;
  /** The largest row group that is unpacked, since all of it is held at once. */
  largestGroup?: number;
};

const LARGEST_GROUP = 128_000_000;

/** Tells what reading threw, which is passed on, from what the file is to blame for. */
function watched(file: PartialFile): { file: PartialFile; failure: () => { cause: unknown } | undefined } {
  let failure: { cause: unknown } | undefined;
  const slice: PartialFile["slice"] = (start, end) =>
    file.slice(start, end).catch((cause: unknown) => {
      failure = { cause };
      throw cause;
    });
  return { file: { byteLength: file.byteLength, slice }, failure: () => failure };
}

const isWithin = (metadata: FileMetaData, group: number, largest: number): boolean => {
  const unpacked = metadata.row_groups[group]?.columns.reduce(
    (sum, { meta_data: about }) => sum + Number(about?.total_uncompressed_size ?? Number.NaN),
    0,
  );
  return unpacked !== undefined && unpacked <= largest;
};

/**
 * Rows of a Parquet file, a row group at a time. Read by hyparquet: unlike the record's files, which an opponent may have
 * written, this one is the data owner's. Snappy or not compressed.
 */
export async function* readParquetRows(
  given: PartialFile,
  { columns, fromRow = 0, largestGroup = LARGEST_GROUP }: ParquetOptions = {},
): AsyncGenerator<ReadRow> {
  const { file, failure } = watched(given);
  const mismatch = (): ReadRow => {
    const failed = failure();
    if (failed) throw failed.cause;
    // The library's messages may quote the file.
    return { ok: false, code: "format_mismatch" };
  };
  const metadata = await parquetMetadataAsync(file, { geoparquet: false }).catch(() => undefined);
  if (!metadata) return yield mismatch();
  let begin = 0;
  for (const [group, { num_rows: count }] of metadata.row_groups.entries()) {
    const end = begin + Number(count);
    const first = Math.max(begin, fromRow);
    begin = end;
    if (first >= end) continue;
    if (!isWithin(metadata, group, largestGroup)) return yield { ok: false, code: "row_too_large" };
    const wanted = {
      file,
      metadata,
      rowStart: first,
      rowEnd: end,
      ...(columns ? { columns: [...columns] } : {}),
    };
    const rows = await parquetReadObjects(wanted).catch(() => undefined);
    if (!rows || rows.length !== end - first) return yield mismatch();
    for (const [index, row] of rows.entries()) yield { ok: true, row, next: first + index + 1 };
  }
}
