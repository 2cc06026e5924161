import * as z from "zod";
import { askContext } from "./context.ts";

/** Stands among a decision's rules where one could not be evaluated. */
export const EVALUATION_FAILED = "evaluation-failed";

const outcome = z.enum(["allow", "needs_approval", "deny"]);
const ruleNote = z.strictObject({ id: z.string(), reason: z.string() });

/** One level of approval that policy asks for: the demand of one rule. `stage` counts from 1 without gaps. */
export const plannedStage = z.strictObject({
  stage: z.int().min(1),
  rule: z.string(),
  reason: z.string(),
  group: z.string(),
  quorum: z.int().min(1),
  /** As the rule's obligation in `bundle.ts`: seconds, a second group, who does not count, how it may be decided. */
  within: z.int().optional(),
  escalateTo: z.string().optional(),
  exclude: z.literal("team").optional(),
  channel: z.literal("signed").optional(),
});
export type PlannedStage = z.infer<typeof plannedStage>;

/** Risk as deterministic arithmetic: the sum of the factors' points, at most 100. */
const riskNote = z.strictObject({
  score: z.int().min(0).max(100),
  band: z.string(),
  factors: z.array(z.strictObject({ name: z.string(), points: z.int(), detail: z.string() })),
});
export type Risk = z.infer<typeof riskNote>;

/** A smaller ask that would pass now: `change` laid over the ask's own fields can be sent back as is. */
const alternative = z.strictObject({
  change: z.strictObject({
    access: z.string().optional(),
    windowSeconds: z.int().optional(),
    scope: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
    masked: z.boolean().optional(),
  }),
  outcome: z.literal("allow"),
});
export type Alternative = z.infer<typeof alternative>;

/** A decision is data: what was decided, by which rules, under which policy. Stored with the grant and shown. */
export const decision = z.strictObject({
  outcome,
  policyVersion: z.string(),
  rules: z.array(ruleNote),
  plan: z.array(plannedStage),
  context: askContext,
  /** Absent in grants that were asked before there was a score. */
  risk: riskNote.optional(),
  alternatives: z.array(alternative).optional(),
  /** Only when the glass was broken: the rule that let it, and the stages that nobody was asked in. */
  breakGlass: z.strictObject({ rule: z.string(), skipped: z.array(plannedStage) }).optional(),
});

/**
 * What one rule on trial (`@shadow`) would have done to an ask: say no, ask people, let pass what is refused (or longer, or
 * with the glass broken), or fail to be evaluated, which would be a no.
 */
const shadowNote = z.strictObject({
  id: z.string(),
  reason: z.string(),
  would: z.enum(["deny", "ask", "allow", "error"]),
  /** Of one that would ask: whom. */
  group: z.string().optional(),
  quorum: z.int().min(1).optional(),
  /** Of one that would allow: the longest window that it lets pass, where it says. */
  maxWindowSeconds: z.int().min(60).optional(),
});
export type ShadowNote = z.infer<typeof shadowNote>;

/** What would have been decided were every rule on trial live, and which of them had something to say. */
export const shadowDecision = z.strictObject({
  notes: z.array(shadowNote).min(1),
  outcome,
  plan: z.array(plannedStage),
});
export type ShadowDecision = z.infer<typeof shadowDecision>;

/**
 * A decision as it is made. What rules on trial would have said goes to the record and nowhere else: it is no member of
 * the grant, so that neither a click nor a mint can go by it, and every release reads the grant.
 */
export type Decision = z.infer<typeof decision> & { shadow?: ShadowDecision };
