/** What is wrong with a file, told without a word of it. */
export type RowsTrouble =
  /** It is not what the catalogue says: bytes that are no UTF-8, a line that is no object, a header without a known column. */
  | "format_mismatch"
  /** A row, or a Parquet row group, is larger than one may be. */
  | "row_too_large";

/**
 * A row of a file, with where the next begins (a byte offset, for CSV and JSON Lines; a row number, for Parquet), or what
 * ended the reading: nothing follows. What reading the bytes throws is passed on: it is no fault of the file.
 */
export type ReadRow =
  | { ok: true; row: Record<string, unknown>; next: number }
  | { ok: false; code: RowsTrouble };

/** In bytes of UTF-8. */
export const LARGEST_ROW = 1_000_000;
