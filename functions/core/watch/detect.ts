import * as z from "zod";
import type { Detector, Evidence } from "./detector.ts";
import { callers } from "./detectors/callers.ts";
import { place } from "./detectors/place.ts";
import { quick } from "./detectors/quick.ts";
import { run } from "./detectors/run.ts";
import { tally } from "./detectors/tally.ts";
import { volume } from "./detectors/volume.ts";
import { type Fact, subjectOf } from "./fact.ts";
import { type FlagRule, ofRule, signalsOf } from "./rule.ts";

// Each rule is given to the detector that it names, and each state is parsed by the detector that wrote it.
// biome-ignore lint/suspicious/noExplicitAny: see above
type AnyDetector = Detector<any, any>;
const detectors: Record<FlagRule["detector"], AnyDetector> = { tally, run, quick, volume, place, callers };

/** What is kept of one subject under one rule. */
export const watchState = z.strictObject({
  /** Facts that were taken already: the bus and CloudTrail tell at least once. */
  taken: z.array(z.string()),
  /** When a flag was raised last, by the time of its fact. */
  flaggedAt: z.number().optional(),
  own: z.unknown(),
});
export type WatchState = z.infer<typeof watchState>;
export type Flag = { rule: FlagRule; subject: string; fact: Fact; evidence: Evidence };
export type Detected = { state: WatchState; flag?: Flag };

const MOST_TAKEN = 100;

/** The rules that a fact is for, each with whose state it counts in. */
export const rulesFor = (rules: readonly FlagRule[], fact: Fact): { rule: FlagRule; subject: string }[] =>
  rules.flatMap((rule) => {
    const subject = signalsOf(rule).includes(fact.signal) ? subjectOf(ofRule(rule), fact) : undefined;
    return subject === undefined ? [] : [{ rule, subject }];
  });

/**
 * What one more fact means under a rule. A fact that was taken changes nothing; within the quiet time of a flag the state
 * goes on and no other flag is raised. A state that an earlier rule of this id left, and that cannot be read, begins anew.
 */
export function detect(rule: FlagRule, before: WatchState | undefined, fact: Fact): Detected | undefined {
  const subject = subjectOf(ofRule(rule), fact);
  if (subject === undefined || before?.taken.includes(fact.id)) return undefined;
  const detector = detectors[rule.detector];
  const own = detector.state.safeParse(before?.own);
  const next = detector.step(rule, own.success ? own.data : detector.start, fact);
  const flaggedAt = before?.flaggedAt;
  const isQuiet = flaggedAt !== undefined && Math.abs(fact.at - flaggedAt) < rule.quietSeconds * 1000;
  const raised = next.evidence !== undefined && !isQuiet;
  const at = raised ? fact.at : flaggedAt;
  const state: WatchState = {
    taken: [...(before?.taken ?? []), fact.id].slice(-MOST_TAKEN),
    ...(at === undefined ? {} : { flaggedAt: at }),
    own: next.state,
  };
  return raised && next.evidence
    ? { state, flag: { rule, subject, fact, evidence: next.evidence } }
    : { state };
}

/** For how long a state may matter after its last fact: then it may be forgotten. */
export function keptSeconds(rule: FlagRule): number {
  const longest = 90 * 86_400;
  if (rule.detector === "tally") return Math.max(rule.windowSeconds, rule.quietSeconds) + 86_400;
  if (rule.detector === "run" || rule.detector === "quick") return Math.max(8 * 86_400, rule.quietSeconds);
  return longest;
}
