import { isoMillis } from "../core/time.ts";

export const HOUR_MS = 3_600_000;
/**
 * An hour is signed when it has been over for so long. Its puts and moves are done by then: a function's last for a
 * minute at most, and clocks are trusted to five minutes (I-43). The schedule leaves ten.
 */
const SETTLE_MS = 5 * 60_000;

/** An hour in milliseconds since the epoch: from, and up to but not at, to. */
export type Hour = { from: number; to: number };

export const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;
/** Until when everything can be signed. */
export const settledUntil = (now: number): number => hourOf(now - SETTLE_MS);
/** As the table's index names it: `2026-11-21T09`. */
export const hourText = (ms: number): string => isoMillis(ms).slice(0, 13);

/** Each whole hour of a time. */
export function hoursOf(from: number, to: number): Hour[] {
  const count = Math.max(0, Math.floor((to - from) / HOUR_MS));
  return Array.from({ length: count }, (_, index) => ({
    from: from + index * HOUR_MS,
    to: from + (index + 1) * HOUR_MS,
  }));
}
