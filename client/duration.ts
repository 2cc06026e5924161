const PARTS = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** Seconds of a duration as people type it: `90`, `90s`, `30m`, `1h`, `1h30m`. Undefined for anything else, and for none. */
export function secondsOf(given: string): number | undefined {
  if (/^\d{1,9}$/.test(given)) return Number(given) || undefined;
  const [matched, hours = "0", minutes = "0", seconds = "0"] = PARTS.exec(given) ?? [];
  if (!matched) return undefined;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) || undefined;
}
