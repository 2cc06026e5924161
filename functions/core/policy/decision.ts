import * as z from "zod";
import { eligibleApprovers } from "../approval/eligible.ts";
import type { Agent, Catalogue, Resource } from "../catalogue.ts";
import type { AccessName } from "../kinds/names.ts";
import type { PolicyBundle, Rule } from "./bundle.ts";
import { type AskContext, askContext } from "./context.ts";
import type { PolicyEngine } from "./engine.ts";

const ruleNote = z.strictObject({ id: z.string(), reason: z.string() });

/** One level of approval that policy asks for: the demand of one rule. `stage` counts from 1 without gaps. */
const plannedStage = z.strictObject({
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
  outcome: z.enum(["allow", "needs_approval", "deny"]),
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
export type Decision = z.infer<typeof decision>;

export type DecideDeps = { engine: PolicyEngine; bundle: PolicyBundle; catalogue: Catalogue };
/** `at`: epoch ms at which people are looked up (a delegation has dates); rules do not see it. */
export type DecideInput = {
  agent: Agent;
  resource: Resource;
  access: AccessName;
  context: AskContext;
  at: number;
};

const note = ({ id, reason }: Pick<Rule, "id" | "reason">) => ({ id, reason });

// Reasons for a no that no rule gives.
const NO_RULE_ALLOWS = { id: "no-rule-allows", reason: "no rule allows this agent this access" };
const EVALUATION_FAILED = {
  id: "evaluation-failed",
  reason: "the rules could not be evaluated without an error",
};
const cannotBeFilled = (stage: PlannedStage) => ({
  id: stage.rule,
  reason: `needs ${stage.quorum} of group ${stage.group}, which has too few people who may decide this`,
});

function planOf(obligations: readonly Rule[]): PlannedStage[] {
  const ordered = obligations
    .flatMap((rule) => (rule.obligation ? [{ ...note(rule), ...rule.obligation }] : []))
    .sort((a, b) => a.stage - b.stage || (a.id < b.id ? -1 : 1));
  return ordered.map(({ id, reason, approvers, quorum, stage: _level, ...more }, index) => ({
    stage: index + 1,
    rule: id,
    reason,
    group: approvers,
    quorum,
    ...more,
  }));
}

/**
 * True when the stages can all be filled by distinct eligible people (I-13): a person counts once in the whole plan.
 * Kuhn's augmenting paths over the seats; plans and groups are small.
 */
export function canBeFilled(seats: readonly (readonly string[])[]): boolean {
  const seatOf = new Map<string, number>();
  const place = (seat: number, tried: Set<string>): boolean => {
    for (const person of seats[seat] ?? []) {
      if (tried.has(person)) continue;
      tried.add(person);
      const taken = seatOf.get(person);
      if (taken === undefined || place(taken, tried)) {
        seatOf.set(person, seat);
        return true;
      }
    }
    return false;
  };
  return seats.every((_, seat) => place(seat, new Set()));
}

/** Decides an ask. Pure: the same ask, context and policy give the same decision (I-11). Anything unclear is a no. */
export function decide({ engine, bundle, catalogue }: DecideDeps, input: DecideInput): Decision {
  const { agent, resource, access, context, at } = input;
  const verdict = engine(agent, access, resource, context);
  const base = { policyVersion: bundle.version, context };
  const denied = (rules: { id: string; reason: string }[]): Decision => ({
    ...base,
    outcome: "deny",
    rules,
    plan: [],
  });
  if (verdict.errors.length > 0) return denied([EVALUATION_FAILED]);
  const determining = bundle.rules.filter((rule) => verdict.determining.includes(rule.id)).map(note);
  if (!verdict.allowed) return denied(determining.length > 0 ? determining : [NO_RULE_ALLOWS]);

  const plan = planOf(verdict.obligations);
  const seats = plan.flatMap((stage) => {
    const people = eligibleApprovers(catalogue, agent, stage, at).map((person) => person.id);
    return Array.from({ length: stage.quorum }, () => people);
  });
  if (!canBeFilled(seats)) {
    const short = plan.filter(
      (stage) => eligibleApprovers(catalogue, agent, stage, at).length < stage.quorum,
    );
    return denied((short.length > 0 ? short : plan).map(cannotBeFilled));
  }
  const rules = [...determining, ...verdict.obligations.map(note)];
  return { ...base, outcome: plan.length === 0 ? "allow" : "needs_approval", rules, plan };
}

/**
 * Whether what was approved still covers what policy asks now (I-18): every demand of the new plan was met by a stage
 * of the same rule with the same group and at least that quorum. Returns the ids of the rules that are not met.
 */
export function unmetRules(now: Decision, approved: readonly PlannedStage[]): string[] {
  if (now.outcome === "deny") return now.rules.map((rule) => rule.id);
  return now.plan
    .filter(
      (stage) =>
        !approved.some(
          (had) => had.rule === stage.rule && had.group === stage.group && had.quorum >= stage.quorum,
        ),
    )
    .map((stage) => stage.rule);
}
