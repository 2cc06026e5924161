import * as z from "zod";
import { accessNames, PERFORM, type SubjectAccess } from "../kinds/names.ts";
import { askContext } from "./context.ts";
import { decision } from "./decided.ts";

const shape = askContext.shape;

// What an ask itself does not say. A default of the context would be a value that the case did not give.
const said = z.strictObject({
  risk: shape.risk.unwrap().exactOptional(),
  hour: shape.hour.unwrap().exactOptional(),
  weekday: shape.weekday.unwrap().exactOptional(),
  workingHours: shape.workingHours.unwrap().exactOptional(),
  openGrants: shape.openGrants.unwrap().exactOptional(),
  firstUse: shape.firstUse.unwrap().exactOptional(),
  modelChanged: shape.modelChanged.unwrap().exactOptional(),
  recentGrants: shape.recentGrants.unwrap().exactOptional(),
  recentWindowSeconds: shape.recentWindowSeconds.unwrap().exactOptional(),
  openReview: shape.openReview.unwrap().exactOptional(),
});

const ask = z.strictObject({
  resource: z.string(),
  access: z.enum(accessNames),
  windowSeconds: z.int(),
  scope: z.record(z.string(), z.unknown()).optional(),
  ticket: z.literal(true).optional(),
  model: z.string().optional(),
  breakGlass: z.literal(true).optional(),
  masked: z.literal(true).optional(),
});
/** One action instead: its type and parameters. How long its permit is good for the catalogue says. */
const action = z.strictObject({
  type: z.string(),
  parameters: z.record(z.string(), z.json()),
  ticket: z.literal(true).optional(),
  model: z.string().optional(),
});

/** Who asks for what, and what is known of them: without `context` a newcomer's standing and the clock of `at`. */
const asked = {
  name: z.string().min(1).max(120),
  agent: z.string(),
  ask: ask.optional(),
  action: action.optional(),
  /** When the window starts; absent is a Tuesday morning. */
  at: z.iso.datetime().optional(),
  context: said.optional(),
};
const ids = z.array(z.string());

/** What a case asks, whichever way it is written. */
export type CaseAsk = Omit<z.infer<typeof ask>, "access" | "windowSeconds"> & {
  access: SubjectAccess;
  /** Absent in an action: as its type says. */
  windowSeconds?: number | undefined;
  parameters?: z.infer<typeof action>["parameters"] | undefined;
};

/** Brings both ways of asking to one. */
function oneAsk<
  T extends { ask?: z.infer<typeof ask> | undefined; action?: z.infer<typeof action> | undefined },
>(
  { ask: asks, action: performs, ...rest }: T,
  context: z.RefinementCtx,
): Omit<T, "ask" | "action"> & { ask: CaseAsk } {
  if (asks && !performs) return { ...rest, ask: asks };
  if (performs && !asks) {
    const { type, ...more } = performs;
    return { ...rest, ask: { resource: type, access: PERFORM, ...more } };
  }
  context.addIssue("must have either ask or action");
  return z.NEVER;
}

const policyCase = z
  .strictObject({
    ...asked,
    /** Who has said yes, by the rule that asked for it; `outcome` is then what it is after that. */
    approvals: z.record(z.string(), ids).optional(),
    outcome: decision.shape.outcome,
    /** `2 of privacy`, stage by stage. */
    plan: z
      .array(z.string().regex(/^[1-9]\d? of [a-z][a-z0-9-]*$/, 'must be like "2 of privacy"'))
      .default([]),
    /** The ids of the rules that decided, in the decision's order. */
    rules: ids.min(1),
    /** Rules that do not apply, though they nearly do. */
    not: ids.default([]),
    /** Whom a broken glass leaves unasked, written as in `plan`. */
    skipped: ids.optional(),
    /** The rules on trial that are noted, in the order of the rules; unsaid is unchecked. */
    shadow: ids.optional(),
    /** What is offered instead; unsaid is unchecked. */
    alternatives: z.array(decision.shape.alternatives.unwrap().element.shape.change).optional(),
  })
  .transform(oneAsk);
export type PolicyCase = z.infer<typeof policyCase>;
export const caseFile = z.strictObject({ cases: z.array(policyCase).min(1) });

const riskCase = z
  .strictObject({
    ...asked,
    band: z.enum(["low", "medium", "high", "critical"]),
    score: shape.risk.unwrap().optional(),
  })
  .transform(oneAsk);
export type RiskCase = z.infer<typeof riskCase>;
export const riskCaseFile = z.strictObject({ cases: z.array(riskCase).min(1) });
