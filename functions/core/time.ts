/** ISO 8601 UTC in whole seconds: `2026-11-21T09:30:00Z`. The form of every window time, in policies and on the API. */
export function isoSeconds(epochMs: number): string {
  return `${new Date(Math.floor(epochMs / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** ISO 8601 UTC with milliseconds: the form of event and bookkeeping times. Sorts as text. */
export function isoMillis(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** The minute of a time, as ISO 8601 begins: `2026-11-21T09:30`. */
export const minuteOf = (epochMs: number): string => isoMillis(epochMs).slice(0, 16);

/** Milliseconds since the epoch of an ISO time; throws on anything else, so that a bad time never compares as false. */
export function epochMs(iso: string): number {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) throw new TypeError(`not a time: ${iso}`);
  return ms;
}

const UNITS = [
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Whole seconds in words: `90` is "1 minute 30 seconds". Hours are the largest unit. */
export function durationInWords(seconds: number): string {
  let rest = seconds;
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  }
  return parts.join(" ") || "no time";
}
