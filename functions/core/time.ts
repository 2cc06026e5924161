/** ISO 8601 UTC in whole seconds: `2026-11-21T09:30:00Z`. The form of every window time, in policies and on the API. */
export function isoSeconds(epochMs: number): string {
  return `${new Date(Math.floor(epochMs / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** ISO 8601 UTC with milliseconds: the form of event and bookkeeping times. Sorts as text. */
export function isoMillis(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Milliseconds since the epoch of an ISO time; throws on anything else, so that a bad time never compares as false. */
export function epochMs(iso: string): number {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) throw new TypeError(`not a time: ${iso}`);
  return ms;
}
