import { type Day, type Way, ways } from "./report.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY_MS = 86_400_000;
const MOST_DAYS = 45;
const MOST_WEEKS = 26;

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** How long one bar is, so that a plot has neither a bar for each of a year's days nor three for a quarter. */
export type Bar = { name: "day" | "week" | "month"; of(day: string): string; label(bar: string): string };

const monthName = (day: string): string => MONTHS[Number(day.slice(5, 7)) - 1] ?? "";
const DAY: Bar = { name: "day", of: (day) => day, label: (bar) => String(Number(bar.slice(8))) };
const WEEK: Bar = {
  name: "week",
  // The Monday of it: 1970-01-05 was one.
  of: (day) => dayOf(at(day) - ((at(day) / DAY_MS + 3) % 7) * DAY_MS),
  label: (bar) => `${Number(bar.slice(8))} ${monthName(bar)}`,
};
const MONTH: Bar = { name: "month", of: (day) => `${day.slice(0, 7)}-01`, label: monthName };

export function barFor(days: readonly Day[]): Bar {
  const [first, last] = [days[0]?.day, days.at(-1)?.day];
  const span = first && last ? (at(last) - at(first)) / DAY_MS + 1 : 0;
  if (span <= MOST_DAYS) return DAY;
  return span <= MOST_WEEKS * 7 ? WEEK : MONTH;
}

/** Days put together, each bar with its counts; bars on which nothing was asked are there too. */
export function barsOf(days: readonly Day[], bar: Bar): Day[] {
  const bars = new Map<string, Day>();
  const none = (): Record<Way, number> => ({ allowed: 0, people: 0, denied: 0 });
  const [first, last] = [days[0]?.day, days.at(-1)?.day];
  if (first && last)
    for (let ms = at(first); ms <= at(last); ms += DAY_MS) {
      const day = bar.of(dayOf(ms));
      if (!bars.has(day)) bars.set(day, { day, before: none(), after: none() });
    }
  for (const { day, before, after } of days) {
    const sum = bars.get(bar.of(day));
    for (const way of ways) {
      if (!sum) continue;
      sum.before[way] += before[way];
      sum.after[way] += after[way];
    }
  }
  return [...bars.values()];
}
