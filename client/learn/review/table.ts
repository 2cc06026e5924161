import { csvLine } from "../../audit/format.ts";

/** A file of a pack: rows of text under names, as a spreadsheet opens it. */
export type Sheet = { columns: readonly string[]; rows: readonly (readonly string[])[] };

/** RFC 4180, safe for spreadsheets: what an agent or a person wrote is never calculated. */
export const sheetCsv = ({ columns, rows }: Sheet): string => [columns, ...rows].map(csvLine).join("");

/** Rows from values by column: one that is absent is an empty cell. */
export function sheetOf<T>(
  columns: Readonly<Record<string, (each: T) => string | number | boolean | undefined>>,
  values: readonly T[],
): Sheet {
  const cells = Object.values(columns);
  return {
    columns: Object.keys(columns),
    rows: values.map((each) => cells.map((cell) => String(cell(each) ?? ""))),
  };
}

/** A time of the record in UTC; empty where there is none. */
export const timeText = (ms: number | undefined): string =>
  ms === undefined ? "" : new Date(ms).toISOString();
