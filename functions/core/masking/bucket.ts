import { type BucketRule, bucketClass } from "./rules.ts";

const ISO = /^(\d{4})-(\d{2})(?:-(\d{2})(?:([T ])\d{2}:\d{2}(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?$/;
const DAY_FIRST = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;

const isDay = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

/** The first day of the month or year, in the notation that it was written in; undefined for what is no date. */
function dateText(text: string, to: "month" | "year"): string | undefined {
  const [, day, month, year] = DAY_FIRST.exec(text) ?? [];
  if (year)
    return isDay(Number(year), Number(month), Number(day))
      ? `01.${to === "year" ? "01" : month?.padStart(2, "0")}.${year}`
      : undefined;
  const [, y, m, d, between, seconds, zone = ""] = ISO.exec(text) ?? [];
  if (!y || !m || !isDay(Number(y), Number(m), Number(d ?? 1))) return undefined;
  const first = `${y}-${to === "year" ? "01" : m}`;
  if (!d) return first;
  return `${first}-01${between ? `${between}00:00${seconds ? ":00" : ""}${zone}` : ""}`;
}

/** Seconds or milliseconds since 1970: what is 10^11 or more is milliseconds (in seconds it would be the year 5138). */
function dateNumber(value: number, to: "month" | "year"): number | undefined {
  const unit = Math.abs(value) >= 1e11 ? 1 : 1000;
  const date = new Date(value * unit);
  if (Number.isNaN(date.getTime())) return undefined;
  return Date.UTC(date.getUTCFullYear(), to === "year" ? 0 : date.getUTCMonth(), 1) / unit;
}

/** The lower end of the range. Rounded to the step's own decimals, since 3 × 0.1 is not 0.3 in doubles. */
function rangeOf(value: number, { step = 1, min, max }: BucketRule): number {
  const inside = Math.min(Math.max(value, min ?? value), max ?? value);
  const decimals = String(step).split(".")[1]?.length ?? 0;
  return Number((Math.floor(inside / step) * step).toFixed(Math.min(decimals, 20)));
}

const NUMBER = /^[+-]?\d{1,15}(\.\d{1,15})?$/;

/** Letters that begin it (`SW1A 1AA` is in SW), else its first two digits (10115 is in 10): an area of many thousand people. */
const areaOf = (postcode: string): string | undefined =>
  /^[A-Z]{1,2}(?=\d)/.exec(postcode.normalize("NFKC").toUpperCase().trim())?.[0] ??
  /^\d{2}(?=\d{2})/.exec(postcode.normalize("NFKC").trim())?.[0];

/** As a text would be: its first two digits, the other three or more as zeros. A longer number is no postcode, and its beginning may say whose it is. */
function areaNumber(value: number): number | undefined {
  if (!Number.isInteger(value) || value < 0 || value > 9_999_999) return undefined;
  const unit = 10 ** Math.max(3, String(value).length - 2);
  return Math.floor(value / unit) * unit;
}

/** A value's bucket, of the value's own type; undefined where it has none, which is then redacted. */
export function bucketOf(rule: BucketRule, value: string | number): string | number | undefined {
  const kind = bucketClass(rule);
  if (kind === "date") {
    const to = rule.to === "year" ? "year" : "month";
    return typeof value === "number" ? dateNumber(value, to) : dateText(value.trim(), to);
  }
  if (kind === "postcode") return typeof value === "number" ? areaNumber(value) : areaOf(value);
  const number = typeof value === "number" ? value : NUMBER.test(value.trim()) ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) return undefined;
  return typeof value === "number" ? rangeOf(number, rule) : String(rangeOf(number, rule));
}
