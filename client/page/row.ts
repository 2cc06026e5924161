/** A row of an answer: texts by column, nothing where there is none. */
export type Row = Readonly<Record<string, string | null | undefined>>;

/** A column as text; empty where there is nothing. */
export const text = (row: Row, column: string): string => row[column] ?? "";

/** A column as a number; 0 where there is nothing, or no number. */
export function count(row: Row, column: string): number {
  const value = Number(row[column] ?? 0);
  return Number.isFinite(value) ? value : 0;
}

/** A column as a number, where there is one. */
export function measure(row: Row, column: string): number | undefined {
  const value = row[column];
  if (value === undefined || value === null || value === "") return undefined;
  return Number.isFinite(Number(value)) ? Number(value) : undefined;
}

export const isTrue = (row: Row, column: string): boolean => row[column] === "true";

/** A timestamp of Athena's, `2026-11-21 09:30:00.000`, in milliseconds since the epoch. It is UTC. */
export function instant(row: Row, column: string): number | undefined {
  const value = row[column];
  if (!value) return undefined;
  const ms = Date.parse(`${value.replace(" UTC", "").replace(" ", "T").replace(/Z$/, "")}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

export const sum = (rows: readonly Row[], column: string): number =>
  rows.reduce((total, row) => total + count(row, column), 0);
