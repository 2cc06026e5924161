import type { Agent, Catalogue, Subject } from "../catalogue.ts";
import type { SubjectAccess } from "../kinds/names.ts";
import type { PolicyBundle, Rule } from "./bundle.ts";
import type { AskContext } from "./context.ts";
import { type Decision, EVALUATION_FAILED, type PlannedStage } from "./decided.ts";
import type { EvaluationError, PolicyEngine } from "./engine.ts";
import { planOf, unfillable } from "./plan.ts";
import { lettingPass, tooLong } from "./window-cap.ts";

export type DecideDeps = { engine: PolicyEngine; bundle: PolicyBundle; catalogue: Catalogue };
/** `at`: epoch ms at which people are looked up (a delegation has dates); rules do not see it. */
export type DecideInput = {
  agent: Agent;
  resource: Subject;
  access: SubjectAccess;
  context: AskContext;
  at: number;
};

const note = ({ id, reason }: Pick<Rule, "id" | "reason">) => ({ id, reason });

// Reasons for a no that no rule gives.
const NO_RULE_ALLOWS = { id: "no-rule-allows", reason: "no rule allows this agent this access" };
const NO_BREAK_GLASS = { id: "no-break-glass", reason: "no rule allows this agent to break the glass here" };
const REVIEW_OPEN = {
  id: "break-glass-review-open",
  reason: "the glass was broken before, and nobody has closed the review of that yet",
};

/** The erring rules by name, when Cedar says which: an error may hide a no, so any is one. */
function failures(errors: readonly EvaluationError[]): { id: string; reason: string }[] {
  const rules = new Set(errors.map(({ rule }) => rule));
  return [...rules].map((rule) => ({
    id: EVALUATION_FAILED,
    reason: `${rule === undefined ? "the rules" : `rule ${rule}`} could not be evaluated without an error`,
  }));
}

const cannotBeFilled = (stage: PlannedStage) => ({
  id: stage.rule,
  reason: `needs ${stage.quorum} of group ${stage.group}, which has too few people who may decide this`,
});

type Outcome = Pick<Decision, "outcome" | "rules" | "plan" | "breakGlass">;
const no = (rules: Outcome["rules"]): Outcome => ({ outcome: "deny", rules, plan: [] });

/** What becomes of an ask for which people would be asked, when it wants to do without them. */
function withoutAsking(
  permits: readonly Rule[],
  breaking: readonly Rule[],
  skipped: PlannedStage[],
  context: AskContext,
): Outcome {
  if (context.openReview) return no([REVIEW_OPEN]);
  if (breaking.length === 0) return no([NO_BREAK_GLASS]);
  const [rule] = lettingPass(breaking, context.windowSeconds);
  if (!rule) return no(tooLong(breaking));
  const rules = [...permits, rule].map(note);
  return { outcome: "allow", rules, plan: [], breakGlass: { rule: rule.id, skipped } };
}

function outcomeOf({ engine, bundle, catalogue }: DecideDeps, input: DecideInput): Outcome {
  const { agent, resource, access, context, at } = input;
  const verdict = engine(agent, access, resource, context);
  if (verdict.errors.length > 0) return no(failures(verdict.errors));
  const applying = new Set(verdict.determining);
  const determining = bundle.rules.filter((rule) => applying.has(rule.id));
  if (!verdict.allowed) return no(determining.length > 0 ? determining.map(note) : [NO_RULE_ALLOWS]);
  const permits = lettingPass(determining, context.windowSeconds);
  if (permits.length === 0) return no(tooLong(determining));

  const plan = planOf(verdict.obligations);
  if (plan.length === 0) return { outcome: "allow", rules: permits.map(note), plan };
  const short = unfillable(plan, { catalogue, agent, at });
  if (short.length > 0) return no(short.map(cannotBeFilled));
  if (context.breakGlass) return withoutAsking(permits, verdict.breakGlass, plan, context);
  return { outcome: "needs_approval", rules: [...permits, ...verdict.obligations].map(note), plan };
}

/** Decides an ask. Pure: the same ask, context and policy give the same decision (I-11). Anything unclear is a no. */
export function decide(deps: DecideDeps, input: DecideInput): Decision {
  return {
    policyVersion: deps.bundle.version,
    context: input.context,
    ...outcomeOf(deps, input),
  };
}

/** True when people who were asked as `had` says have done what `now` demands: by the same rule, and no more laxly. */
const covers = (had: PlannedStage, now: PlannedStage): boolean =>
  had.rule === now.rule &&
  had.group === now.group &&
  had.quorum >= now.quorum &&
  (now.exclude === undefined || had.exclude === now.exclude) &&
  // People of a second group may have answered: theirs counts only while the rule still names that group.
  (had.escalateTo === undefined || had.escalateTo === now.escalateTo) &&
  (now.channel === undefined || had.channel === now.channel);

/**
 * Whether what was approved still covers what policy asks now (I-18): every demand of the new plan was met by a stage
 * of the same rule with the same group and at least that quorum. Returns the ids of the rules that are not met.
 */
export function unmetRules(now: Decision, approved: readonly PlannedStage[]): string[] {
  if (now.outcome === "deny") return now.rules.map((rule) => rule.id);
  return now.plan.filter((stage) => !approved.some((had) => covers(had, stage))).map(({ rule }) => rule);
}
