import type { ReadView } from "../../functions/core/api/reads.ts";
import { csvLine } from "../audit/format.ts";
import { LatchkeyError } from "../errors.ts";
import { jsonLine } from "../show/json.ts";

type Row = ReadView["rows"][number];
/** Rows as text, one after the other. */
export type RowsText = (row: Row) => string;

const isInside = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a row has in a column: as the column is called, else by its path; of a list or a map all that is in it. */
function cellOf(row: Row, column: string): string {
  let value: unknown = row;
  if (Object.hasOwn(row, column)) value = row[column];
  else
    for (const name of column.replace(/[[{].*$/s, "").split("."))
      value = isInside(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** CSV with the columns that were asked for, else with those of the first row: a later row that has others is not cut. */
function csv(columns: readonly string[] | undefined): RowsText {
  let names = columns;
  return (row) => {
    const head = names ? "" : csvLine(Object.keys(row));
    names ??= Object.keys(row);
    const others = columns ? undefined : Object.keys(row).find((name) => !names?.includes(name));
    if (others !== undefined)
      throw new LatchkeyError(
        "usage",
        "The rows have different columns: say which with --columns, or take --format jsonl.",
      );
    return head + csvLine(names.map((name) => cellOf(row, name)));
  };
}

/** What comes before all rows, and each row as text. */
export function rowsText(
  format: "jsonl" | "csv",
  columns: readonly string[] | undefined,
): { before: string; text: RowsText } {
  if (format === "jsonl") return { before: "", text: jsonLine };
  return { before: columns ? csvLine(columns) : "", text: csv(columns) };
}
