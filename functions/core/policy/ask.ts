import { alternativesTo } from "./alternatives.ts";
import { clockFacts } from "./clock.ts";
import { type AskContext, type AskInput, askContext } from "./context.ts";
import type { Decision } from "./decided.ts";
import { type DecideDeps, decide } from "./decision.ts";
import { type RiskPolicy, riskOf } from "./risk.ts";
import { decideWithTrial } from "./trial.ts";

/** Facts that a policy case says itself instead of having them made from the ask. */
type Said = Partial<AskContext>;

/** The context that rules see, from the facts of an ask, and the risk that is part of it. */
function contextOf(policy: RiskPolicy, { agent, resource, access, facts }: AskInput, said: Said) {
  const { startsAt, standing, model, ...asked } = facts;
  const { lastModel, ...before } = standing;
  const known = {
    ...asked,
    ...before,
    ...(model === undefined ? {} : { model }),
    agentEnvironment: agent.environment,
    resourceEnvironment: resource.environment,
    ...clockFacts(policy, startsAt),
    // After an approval that named no model, any model that is named is another.
    modelChanged: (lastModel !== undefined || !before.firstUse) && model !== lastModel,
    triggers: asked.triggers ?? [],
    ...said,
  };
  const risk = riskOf(policy, { agent, resource, access, context: known });
  return { context: askContext.parse({ risk: risk.score, ...known }), risk };
}

/**
 * Decides an ask for the first time, without looking for anything else: takes the context and weighs the risk. The glass
 * is not broken where nothing needs breaking: such an ask is decided and recorded as an ordinary one, so that a demand
 * that is new at activation is not skipped.
 */
export function decideOnce(deps: DecideDeps, input: AskInput, said: Said = {}): Decision {
  const { agent, resource, access, at, facts } = input;
  if (facts.breakGlass) {
    const plain = decideOnce(deps, { ...input, facts: { ...facts, breakGlass: false } }, said);
    if (plain.outcome === "allow") return plain;
  }
  const { context, risk } = contextOf(deps.bundle.risk, input, said);
  return { ...decide(deps, { agent, resource, access, context, at }), risk };
}

/** `trialFailed`: told when it cannot be told what the rules on trial would have made of the ask. */
type TrialDeps = DecideDeps & { trialFailed?: (fault: unknown) => void };

/** Decides an ask for the first time, without looking for smaller ones, and hears the rules on trial. */
export function decideOnTrial(deps: TrialDeps, input: AskInput, said: Said = {}): Decision {
  const { engine, bundle, trialFailed } = deps;
  return decideWithTrial({
    ...{ engine, rules: bundle.rules, resource: input.resource, failed: trialFailed },
    decideBy: (by) => decideOnce({ ...deps, engine: by }, input, said),
  });
}

/** Decides an ask for the first time; when it does not simply pass, looks for what would. */
export function decideAsk(deps: TrialDeps, input: AskInput, said: Said = {}): Decision {
  const decision = decideOnTrial(deps, input, said);
  if (decision.outcome === "allow") return decision;
  const decided = (other: AskInput) => decideOnce(deps, other, said);
  return {
    ...decision,
    alternatives: alternativesTo(input, decision, { rules: deps.bundle.rules, decided }),
  };
}
