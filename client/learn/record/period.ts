import { CliError, exitCodes } from "../../exit.ts";

/** Epoch ms, from the first up to, and without, the second. */
export type Period = { from: number; until: number };

const DAY_MS = 86_400_000;
const DAYS = /^([1-9]\d{0,3})d$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z$/;

/** A day or a time in UTC, or so many days before now; undefined for anything else. */
function momentIn(text: string, now: number): number | undefined {
  const days = DAYS.exec(text)?.[1];
  if (days) return now - Number(days) * DAY_MS;
  if (!DAY.test(text) && !TIME.test(text)) return undefined;
  const at = Date.parse(DAY.test(text) ? `${text}T00:00:00Z` : text);
  // 2026-02-30 is read as a day of March.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text.slice(0, 10) ? undefined : at;
}

function moment(option: string, text: string, now: number): number {
  const at = momentIn(text, now);
  if (at !== undefined) return at;
  throw new CliError(
    `${option} ${text} is no time: write 30d, 2026-01-01 or 2026-01-01T09:30:00Z.`,
    exitCodes.usage,
  );
}

/** `--since 30d` or a day, `--until` the same (absent: now). A day is its first moment in UTC. */
export function periodOf({ since, until }: { since: string; until?: string }, now: number): Period {
  const period = {
    from: moment("--since", since, now),
    until: until === undefined ? now : moment("--until", until, now),
  };
  if (period.from < period.until) return period;
  throw new CliError("The period is empty: --since must be before --until.", exitCodes.usage);
}

/** The days that a period touches, `yyyy-mm-dd`, as the record's folders are named. */
export const touches = ({ from, until }: Period, day: string): boolean => {
  const start = Date.parse(`${day}T00:00:00Z`);
  // A folder that is named otherwise is looked into.
  return Number.isNaN(start) || (start < until && start + DAY_MS > from);
};

const dayIn = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** "from 2026-01-01 to 2026-01-31", for people. */
export const periodText = ({ from, until }: Period): string =>
  `from ${dayIn(from)} to ${dayIn(Math.max(from, until - 1))}`;
