import * as z from "zod";
import type { Agent, Subject } from "../catalogue.ts";
import type { SubjectAccess } from "../kinds/names.ts";
import { durationInWords } from "../time.ts";
import { clockPolicy } from "./clock.ts";
import type { AskContext } from "./context.ts";
import type { Risk } from "./decided.ts";

const points = z.int().min(0).max(100);
const score = z.int().min(1).max(100);

/** Points by how far a number goes: the last step that it is over counts, the others do not. */
const steps = z
  .array(z.strictObject({ over: z.int().min(0), points }))
  .refine(
    (list) => list.every(({ over }, index) => index === 0 || over > (list[index - 1]?.over ?? 0)),
    "must go up, step by step",
  );

/** `policy/risk.yaml`: what makes an ask risky, in points that are added up. */
export const riskPolicy = z.strictObject({
  ...clockPolicy.shape,
  /** From which score on a band begins; below the first it is `low`. */
  bands: z
    .strictObject({ medium: score, high: score, critical: score })
    .refine(({ medium, high, critical }) => medium < high && high < critical, "must go up"),
  factors: z.strictObject({
    classification: z.record(z.enum(["public", "internal", "confidential", "restricted"]), points),
    tags: z.record(z.string(), points),
    access: z.strictObject({
      ...{ list: points, read: points, invoke: points, write: points },
      /** Of actions; their triggers are for rules. */
      perform: points.default(0),
    }),
    environmentCrossing: points,
    wholeResource: points,
    windowSeconds: steps,
    firstUse: points,
    outOfHours: points,
    modelChanged: points,
    recentGrants: steps,
    recentWindowSeconds: steps,
    openGrants: steps,
    noTicket: points,
    /** How many points less where rows are read masked. */
    masked: points.default(0),
  }),
});
export type RiskPolicy = z.infer<typeof riskPolicy>;
type Factor = Risk["factors"][number];

/** What is weighed. Of the context only facts: no text that an agent wrote has any weight (I-11). */
export type Weighed = {
  agent: Agent;
  resource: Subject;
  access: SubjectAccess;
  context: Omit<AskContext, "risk">;
};

const stepOf = (list: z.infer<typeof steps>, value: number): number =>
  list.findLast(({ over }) => value > over)?.points ?? 0;
const grants = (count: number): string => `${count} grant${count === 1 ? "" : "s"}`;

/** All factors, those without points too, in the order in which people read them. */
function factorsOf(policy: RiskPolicy, { agent, resource, access, context }: Weighed): Factor[] {
  const { factors } = policy;
  const when = (applies: boolean, weight: number) => (applies ? weight : 0);
  const factor = (name: string, points: number, detail: string): Factor => ({ name, points, detail });
  return [
    factor(
      "classification",
      factors.classification[resource.classification],
      `${resource.classification} data`,
    ),
    ...resource.tags.map((tag) => factor(`tag ${tag}`, factors.tags[tag] ?? 0, `tagged ${tag}`)),
    factor("access", factors.access[access], `${access} access`),
    factor(
      "environment",
      when(agent.environment !== resource.environment, factors.environmentCrossing),
      `an agent of ${agent.environment} on data of ${resource.environment}`,
    ),
    factor("scope", when(context.wholeResource, factors.wholeResource), "the whole resource, no part of it"),
    factor(
      "window",
      stepOf(factors.windowSeconds, context.windowSeconds),
      `a window of ${durationInWords(context.windowSeconds)}`,
    ),
    factor(
      "first use",
      when(context.firstUse, factors.firstUse),
      "nothing on this resource was approved for this agent before",
    ),
    factor(
      "hours",
      when(!context.workingHours, factors.outOfHours),
      `outside working hours (${policy.timeZone})`,
    ),
    factor(
      "model",
      when(context.modelChanged, factors.modelChanged),
      "another model than at the last approval",
    ),
    factor(
      "recent grants",
      stepOf(factors.recentGrants, context.recentGrants),
      `${grants(context.recentGrants)} of this resource today and yesterday`,
    ),
    factor(
      "recent time",
      stepOf(factors.recentWindowSeconds, context.recentWindowSeconds),
      `${durationInWords(context.recentWindowSeconds)} of this resource granted today and yesterday`,
    ),
    factor(
      "open grants",
      stepOf(factors.openGrants, context.openGrants),
      `${grants(context.openGrants)} of this agent not over yet`,
    ),
    factor("ticket", when(!context.ticketGiven, factors.noTicket), "no ticket named"),
    factor("masked", -when(context.masked, factors.masked), "what is personal is replaced by tokens"),
  ];
}

function bandOf({ bands }: RiskPolicy, score: number): string {
  if (score >= bands.critical) return "critical";
  if (score >= bands.high) return "high";
  return score >= bands.medium ? "medium" : "low";
}

/** Adds up an ask's risk: deterministic arithmetic, whose every point has a name. From 0 to 100. */
export function riskOf(policy: RiskPolicy, weighed: Weighed): Risk {
  const factors = factorsOf(policy, weighed).filter(({ points }) => points !== 0);
  const sum = factors.reduce((total, { points }) => total + points, 0);
  const score = Math.max(0, Math.min(100, sum));
  return { score, band: bandOf(policy, score), factors };
}
