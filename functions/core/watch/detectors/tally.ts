import * as z from "zod";
import type { DetectorOf } from "../detector.ts";

const entry = z.strictObject({
  at: z.number(),
  times: z.number(),
  seconds: z.number().optional(),
  part: z.string().optional(),
});
const tallyState = z.strictObject({ entries: z.array(entry) });

/** Kept at most: enough for any threshold by single facts; a fact may stand for more than one time. */
const MOST = 400;

/** So many within the time that ends with the newest: late facts find their place, and the order does not matter. */
export const tally: DetectorOf<"tally", z.infer<typeof tallyState>> = {
  state: tallyState,
  start: { entries: [] },
  step(rule, { entries }, { at, times, seconds, part }) {
    const newest = Math.max(at, ...entries.map((each) => each.at));
    const kept = [
      ...entries,
      { at, times, ...(seconds === undefined ? {} : { seconds }), ...(part ? { part } : {}) },
    ]
      .filter((each) => each.at > newest - rule.windowSeconds * 1000)
      .sort((one, other) => one.at - other.at)
      .slice(-MOST);
    const sums = {
      count: kept.reduce((sum, each) => sum + each.times, 0),
      seconds: kept.reduce((sum, each) => sum + (each.seconds ?? 0), 0),
      parts: new Set(kept.flatMap((each) => each.part ?? [])).size,
    };
    const reached = (["count", "seconds", "parts"] as const).every((name) => sums[name] >= (rule[name] ?? 0));
    const state = { entries: kept };
    return reached ? { state, evidence: { ...sums, withinSeconds: rule.windowSeconds } } : { state };
  },
};
