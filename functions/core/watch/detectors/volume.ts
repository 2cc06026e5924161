import * as z from "zod";
import { isoMillis } from "../../time.ts";
import type { DetectorOf } from "../detector.ts";

const volumeState = z.strictObject({
  sums: z.array(z.strictObject({ of: z.string(), at: z.number(), sum: z.number() })),
});
const MOST = 31;

/** How much within one grant or day, against the largest of the others that are remembered. */
export const volume: DetectorOf<"volume", z.infer<typeof volumeState>> = {
  state: volumeState,
  start: { sums: [] },
  step(rule, before, fact) {
    const amount = fact[rule.measure];
    const of = rule.per === "grant" ? fact.grant : isoMillis(fact.at).slice(0, 10);
    if (amount === undefined || amount === 0 || of === undefined) return { state: before };
    const others = before.sums.filter((each) => each.of !== of);
    const mine = before.sums.find((each) => each.of === of) ?? { of, at: fact.at, sum: 0 };
    const sum = mine.sum + amount;
    const state = {
      sums: [...others, { ...mine, sum }].sort((one, other) => one.at - other.at).slice(-MOST),
    };
    const largest = Math.max(0, ...others.map((each) => each.sum));
    const isFar = others.length >= rule.history && sum >= rule.atLeast && sum >= rule.factor * largest;
    return isFar
      ? { state, evidence: { [rule.measure]: sum, largestBefore: largest, before: others.length } }
      : { state };
  },
};
