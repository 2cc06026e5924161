import { CliError, exitCodes } from "../../exit.ts";

/** A calendar month in UTC, as questions want it: `to` is not included. */
export type Month = {
  id: string;
  name: string;
  from: string;
  to: string;
  /** Every day of it, `yyyy-mm-dd`. */
  days: readonly string[];
  /** Whether all of it has passed. */
  isOver: boolean;
  /** The days of it that are over: of those the record can be whole. */
  past: readonly string[];
};

const DAY_MS = 86_400_000;
const NAMES = [
  ...["January", "February", "March", "April", "May", "June", "July"],
  ...["August", "September", "October", "November", "December"],
];

/** Reads `2026-11`. Refuses what is no month, and one that has not begun: nothing can be said of it. */
export function readMonth(text: string, now: number): Month {
  const [, year = "", month = ""] = /^(20\d\d)-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (year === "") throw new CliError(`--month ${text} is no month; write 2026-11.`, exitCodes.usage);
  const from = Date.UTC(Number(year), Number(month) - 1);
  const to = Date.UTC(Number(year), Number(month));
  if (from > now)
    throw new CliError(
      `--month ${text} has not begun: of the future there is nothing on record.`,
      exitCodes.usage,
    );
  const days = Array.from({ length: (to - from) / DAY_MS }, (_, day) =>
    new Date(from + day * DAY_MS).toISOString().slice(0, 10),
  );
  const today = new Date(now).toISOString().slice(0, 10);
  return {
    id: text,
    name: `${NAMES[Number(month) - 1]} ${year}`,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    days,
    past: days.filter((day) => day < today),
    isOver: to <= now,
  };
}
