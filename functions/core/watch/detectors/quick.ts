import * as z from "zod";
import type { DetectorOf } from "../detector.ts";

const quickState = z.strictObject({
  asked: z.record(z.string(), z.number()),
  approved: z.array(z.strictObject({ stage: z.string(), at: z.number(), person: z.string() })),
});

/** From when a stage's people were asked first to each yes of it, whichever of the two is told first. */
export const quick: DetectorOf<"quick", z.infer<typeof quickState>> = {
  state: quickState,
  start: { asked: {}, approved: [] },
  step(rule, before, { signal, at, stage: number, person = "unknown" }) {
    if (number === undefined) return { state: before };
    const stage = String(number);
    const first = Math.min(at, before.asked[stage] ?? at);
    const state =
      signal === "stage-asked"
        ? { ...before, asked: { ...before.asked, [stage]: first } }
        : { ...before, approved: [...before.approved, { stage, at, person }].slice(-50) };
    for (const word of state.approved) {
      const since = state.asked[word.stage];
      const took = since === undefined ? undefined : word.at - since;
      // A word before the asking, by two clocks: no one's reading time.
      if (took !== undefined && took < rule.seconds * 1000)
        return { state, evidence: { person: word.person, stage: word.stage, tookMs: Math.max(0, took) } };
    }
    return { state };
  },
};
