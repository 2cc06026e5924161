import type { Row } from "../../page/row.ts";
import type { Month } from "./month.ts";

/** Asks the record one named question. */
export type Ask = (name: string, values: Record<string, string>) => Promise<readonly Row[]>;

/** Under how many seconds a yes is hasty, and how many of one person a day are many. */
export const HASTY = { seconds: 30, per_day: 20 } as const;
/** More grants than this of a month, and what is drawn of single grants is drawn of a sample. */
export const SAMPLE = 5_000;

type Question = { name: string; also?: Readonly<Record<string, string>> };

/** What a report asks. Each has the month's `from` and `to`; `also` is what it wants beside them. */
export const questions = {
  days: { name: "decisions-by-day" },
  whole: { name: "days-verified" },
  endings: { name: "endings-by-cause" },
  // Every approval with the time that it took: nobody takes longer, and nobody gives more.
  approvals: { name: "hasty-approvals", also: { seconds: "100000000", per_day: "1000000" } },
  hasty: {
    name: "hasty-approvals",
    also: { seconds: String(HASTY.seconds), per_day: String(HASTY.per_day) },
  },
  grants: { name: "grant-sample", also: { count: String(SAMPLE), seed: "1" } },
  latency: { name: "revocation-latency" },
  failures: { name: "revocation-failures" },
  lockdowns: { name: "lockdown-latency" },
  glass: { name: "break-glass" },
  refusals: { name: "refusals-by-agent" },
  neverUsed: { name: "never-used" },
  usedLess: { name: "used-less" },
  outside: { name: "outside-scope" },
  acts: { name: "policy-changes" },
  unapproved: { name: "unapproved-mints" },
  own: { name: "own-approvals" },
  overCap: { name: "windows-over-cap" },
  ownerGone: { name: "owner-gone" },
  noOutcome: { name: "intent-without-outcome" },
  noTicket: { name: "without-ticket-or-purpose" },
  readers: { name: "record-readers" },
} as const satisfies Record<string, Question>;

export type QuestionKey = keyof typeof questions;
export type Answers = Record<QuestionKey, readonly Row[]>;

/** The values of a question for a month. */
export function valuesOf(key: QuestionKey, { from, to }: Month): Record<string, string> {
  const { also }: Question = questions[key];
  return { from, to, ...also };
}

/** How many questions are asked at once: Athena queues more than that anyway, and the record is one bucket. */
const AT_ONCE = 4;

/** Asks everything; `told` hears of each answer as it comes. One that fails fails the report: half of one misleads. */
export async function gather(
  ask: Ask,
  month: Month,
  told: (done: number, of: number) => void = () => undefined,
): Promise<Answers> {
  const keys = Object.keys(questions) as QuestionKey[];
  const answers = new Map<QuestionKey, readonly Row[]>();
  const waiting = [...keys];
  const worker = async (): Promise<void> => {
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
      answers.set(key, await ask(questions[key].name, valuesOf(key, month)));
      told(answers.size, keys.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return Object.fromEntries(keys.map((key) => [key, answers.get(key) ?? []])) as Answers;
}
