import * as z from "zod";

/** True for a zone that the time-zone database names, as `Europe/Berlin` or `UTC`; an offset like +01:00 knows no summer. */
function isNamedZone(timeZone: string): boolean {
  if (!/^[A-Za-z]/.test(timeZone)) return false;
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone });
    return true;
  } catch {
    return false;
  }
}

const hour = z.int().min(0).max(24);

/** Where the company's clock hangs, and when it works. */
export const clockPolicy = z.strictObject({
  timeZone: z.string().refine(isNamedZone, "must be a named time zone, like Europe/Berlin"),
  /** From the first hour up to, and without, the second; days from 1 (Monday) to 7 (Sunday). */
  workingHours: z
    .strictObject({ from: hour, to: hour, days: z.array(z.int().min(1).max(7)).min(1).max(7) })
    .refine(({ from, to }) => from < to, "must begin before they end"),
});
type ClockPolicy = z.infer<typeof clockPolicy>;

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

// Making one takes longer than everything that is done with it.
const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const options = { timeZone, hour: "2-digit", hourCycle: "h23", weekday: "short" } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat("en-GB", options);
  formats.set(timeZone, format);
  return format;
}

/** What the clock on the company's wall says at a time (epoch ms). */
export function clockFacts(
  { timeZone, workingHours }: ClockPolicy,
  at: number,
): { hour: number; weekday: number; workingHours: boolean } {
  const parts = formatOf(timeZone).formatToParts(new Date(at));
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  const hour = Number(part("hour"));
  const weekday = DAYS.indexOf(part("weekday")) + 1;
  const { from, to, days } = workingHours;
  return { hour, weekday, workingHours: days.includes(weekday) && from <= hour && hour < to };
}
