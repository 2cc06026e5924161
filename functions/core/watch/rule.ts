import * as z from "zod";
import { id } from "../catalogue-names.ts";
import { type Signal, signals, subjectKinds } from "./fact.ts";

const DAY = 86_400;
const count = z.int().min(1).max(10_000);
const seconds = (most: number) => z.int().min(1).max(most);

/** What a flag does: only tells the record; tells people too; ends the grant; stops the agent, or the role. */
const action = z.enum(["note", "alert", "revoke", "lockdown"]);
export type FlagAction = z.infer<typeof action>;

const common = {
  id,
  /** One sentence for people: what it may mean. */
  reason: z.string().min(1).max(200),
  action,
  /** After a flag the same rule raises none about the same subject for so long. Absent: an hour. */
  quietSeconds: seconds(30 * DAY).default(3_600),
};

const atLeastOne = (rule: Record<string, unknown>, names: readonly string[]): boolean =>
  names.some((name) => rule[name] !== undefined);

/** So many of one signal within a time; all thresholds that are given must be reached. */
const tally = z
  .strictObject({
    ...common,
    detector: z.literal("tally"),
    signal: z.enum(signals),
    of: z.enum(subjectKinds),
    windowSeconds: seconds(30 * DAY),
    count: count.optional(),
    seconds: seconds(30 * DAY).optional(),
    parts: count.optional(),
  })
  .refine((rule) => atLeastOne(rule, ["count", "seconds", "parts"]), "needs count, seconds or parts");

/** Calls refused in a row with one grant's session. */
const run = z.strictObject({ ...common, detector: z.literal("run"), count });

/** A yes sooner after the asking than anybody can read. */
const quick = z.strictObject({ ...common, detector: z.literal("quick"), seconds: seconds(3_600) });

/** So many times the largest of before, and at least so much; a rule needs some history first. */
const volume = z.strictObject({
  ...common,
  detector: z.literal("volume"),
  measure: z.enum(["rows", "bytes", "calls"]),
  /** What is compared: one grant with earlier ones of the agent on the resource, or one day of the agent with others. */
  per: z.enum(["grant", "day"]),
  factor: z.number().min(1.1).max(1_000),
  atLeast: z.int().min(1),
  history: z.int().min(1).max(30),
});

/** A network or region that the agent was never seen in, after a time of learning. */
const place = z.strictObject({
  ...common,
  detector: z.literal("place"),
  what: z.enum(["network", "region"]),
  learnSeconds: seconds(90 * DAY),
});

/** One session used from two networks at the same time, of which one at least is new to the agent. */
const callers = z.strictObject({
  ...common,
  detector: z.literal("callers"),
  learnSeconds: z
    .int()
    .min(0)
    .max(90 * DAY),
  settledSeconds: z
    .int()
    .min(0)
    .max(90 * DAY),
  windowSeconds: seconds(3_600),
});

/** `of`, where the detector itself says it. */
const OF = { run: "grant", quick: "grant", place: "agent", callers: "agent" } as const;
const anyRule = z.discriminatedUnion("detector", [tally, run, quick, volume, place, callers]);

/** Whom a rule counts by. */
export const ofRule = (rule: z.infer<typeof anyRule>) =>
  rule.detector === "tally"
    ? rule.of
    : rule.detector === "volume"
      ? rule.per === "grant"
        ? "agent-resource"
        : "agent"
      : OF[rule.detector];

/** Which signals a rule looks at. */
export const signalsOf = (rule: FlagRule): readonly Signal[] => SIGNALS[rule.detector](rule);
const SIGNALS: Record<FlagRule["detector"], (rule: FlagRule) => readonly Signal[]> = {
  tally: (rule) => (rule.detector === "tally" ? [rule.signal] : []),
  run: () => ["used"],
  quick: () => ["stage-asked", "stage-approved"],
  volume: () => ["used", "read"],
  place: () => ["collected", "used"],
  callers: () => ["collected", "used"],
};

// A person or a stranger has no grant to end: whoever asked for that would have a rule that does nothing.
const STOPPABLE = ["agent", "agent-resource", "grant"];
function canAct(rule: z.infer<typeof anyRule>): boolean {
  if (rule.action === "revoke") return STOPPABLE.includes(ofRule(rule));
  if (rule.action === "lockdown") return [...STOPPABLE, "role"].includes(ofRule(rule));
  return true;
}

/** One rule of `policy/flags.yaml`. */
export const flagRule = anyRule.refine(canAct, {
  path: ["action"],
  message: "cannot be done to what the rule is about: there is no grant or agent to stop",
});
export type FlagRule = z.infer<typeof flagRule>;
export type RuleOf<D extends FlagRule["detector"]> = Extract<FlagRule, { detector: D }>;

/** `policy/flags.yaml`: what is looked for in what happens, and what is done about it. */
export const flagsFile = z.strictObject({ flags: z.array(flagRule).max(100) });
