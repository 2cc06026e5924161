import * as z from "zod";
import type { DetectorOf } from "../detector.ts";

const runState = z.strictObject({ run: z.number() });

/**
 * Refused calls in a row, over the parts in which a session's use is told. A part that comes out of order can make a row
 * seem shorter or longer by its own calls, no more: CloudTrail promises no order.
 */
export const run: DetectorOf<"run", z.infer<typeof runState>> = {
  state: runState,
  start: { run: 0 },
  step(rule, state, { run: part }) {
    if (!part) return { state };
    const joined = state.run + part.head;
    const next = { run: part.all ? joined : part.tail };
    const longest = Math.max(joined, part.longest);
    return longest >= rule.count ? { state: next, evidence: { refusedInARow: longest } } : { state: next };
  },
};
