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

/** Milliseconds in the unit that people would use. */
export function took(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 2 * 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(ms < 36_000_000 ? 1 : 0)} h`;
}

export const grouped = (value: number): string => value.toLocaleString("en-GB");
