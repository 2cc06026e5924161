import { eventPut } from "../aws/table/events.ts";
import { keys } from "../aws/table/keys.ts";
import { reviewPut } from "../aws/table/reviews.ts";
import type { Write } from "../aws/table/transaction.ts";
import { eligibleApprovers } from "../core/approval/eligible.ts";
import { type Actor, sealEvent } from "../core/audit/event.ts";
import type { Agent } from "../core/catalogue.ts";
import type { Grant } from "../core/grant/grant.ts";
import { grantFacts, planText } from "../core/grant/step.ts";
import type { Decision } from "../core/policy/decided.ts";
import type { AskDeps } from "./deps.ts";

/** Ids of everybody who would have been asked, had the glass not been broken. */
export function skippedBy(deps: AskDeps, agent: Agent, { breakGlass }: Decision, at: number): string[] {
  const stages = breakGlass?.skipped ?? [];
  const people = stages.flatMap((stage) => eligibleApprovers(deps.catalogue, agent, stage, at));
  return [...new Set(people.map(({ id }) => id))];
}

/**
 * What goes with a grant for which the glass was broken, in its own transaction: the review, which lets the agent break no
 * other until somebody closes it, and the event that names everybody who was passed over.
 */
export function breakGlassWrites(
  deps: AskDeps,
  grant: Grant,
  by: Actor,
  skipped: readonly string[],
): Write[] {
  const broken = grant.decision.breakGlass;
  if (!broken) return [];
  const event = sealEvent({
    v: 1,
    id: `${grant.id}-review-opened`,
    type: "review.opened",
    time: grant.askedAt,
    actor: by,
    grant: grant.id,
    facts: {
      ...grantFacts(grant),
      plan: planText(broken.skipped),
      people: skipped.join(","),
      reason: broken.rule,
    },
  });
  const { id: grantId, askedAt: openedAt } = grant;
  const review = { grantId, openedAt, rule: broken.rule, skipped: [...skipped], told: [] };
  return [
    reviewPut(deps.table, grant.agent.id, review),
    eventPut(deps.table, keys.noteEvent(grant.id, "review-opened"), event),
  ];
}
