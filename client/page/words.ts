export const grouped = (value: number): string => value.toLocaleString("en-GB");

/** "no grant", "1 grant", "1,204 grants". */
export function many(value: number, one: string, several = `${one}s`): string {
  if (value === 0) return `no ${one}`;
  return `${grouped(value)} ${value === 1 ? one : several}`;
}

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Milliseconds in the unit that people would use. */
export function took(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 2 * 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(ms < 36_000_000 ? 1 : 0)} h`;
}

/** A moment as pages say it: `2026-11-21 09:30 UTC`. Epoch milliseconds. */
export const minuteUtc = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
