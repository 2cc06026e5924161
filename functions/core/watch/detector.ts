import type * as z from "zod";
import type { Fact } from "./fact.ts";
import type { FlagRule, RuleOf } from "./rule.ts";

/** Numbers and ids by which somebody can see why. No text of an agent's, no address. */
export type Evidence = Record<string, string | number>;

/** One way of looking: what it keeps of each subject, and what it makes of one more fact. Pure. */
export type Detector<R extends FlagRule, S> = {
  state: z.ZodType<S>;
  start: S;
  step(rule: R, state: S, fact: Fact): { state: S; evidence?: Evidence };
};
export type DetectorOf<D extends FlagRule["detector"], S> = Detector<RuleOf<D>, S>;
