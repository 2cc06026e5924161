import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import { trialText } from "../../policy/trial-words.ts";
import { rulesOfPlan, YES } from "../approvals/stages.ts";
import type { Told } from "../approvals/told.ts";
import type { Said, Story, StoryStage } from "./story.ts";

type Move = Told["moves"][number];

const saidOf = ({ actor, at, reason, channel }: Move): Said => ({
  ...{ person: actor.id, at, comment: reason },
  signed: channel === "signed",
});

function stagesOf(grant: Told, rules: PolicyBundle["rules"]): StoryStage[] {
  const byRule = rulesOfPlan(rules, grant);
  let openedAt: number | undefined = grant.askedAt;
  return grant.plan.map(({ stage, group, quorum }, index) => {
    const words = grant.moves.filter((move) => move.stage === stage && move.actor.type === "person");
    const yes = words.filter(({ type }) => YES.includes(type)).map(saidOf);
    const no = words.find(({ type }) => type === "grant.rejected");
    const mails = grant.beside.filter((each) => each.type === "approval.asked" && each.stage === stage);
    const opened = openedAt;
    openedAt = yes[quorum - 1]?.at;
    return {
      ...{ group, quorum, rule: byRule[index], openedAt: opened, yes },
      reason: rules.find(({ id }) => id === byRule[index])?.reason,
      asked: [...new Set(mails.flatMap(({ people }) => people))],
      no: no && saidOf(no),
    };
  });
}

/** What ended it: the last move of those that end a grant, which has its code. */
function closingOf({ moves }: Told): Story["closing"] {
  // A confirmed revocation repeats why it was stopped, and by whom only the order tells.
  const stop = moves.find(({ type }) => type === "grant.revoking");
  const end = stop ?? [...moves].reverse().find(({ code }) => code !== undefined);
  return end?.code === undefined
    ? undefined
    : { code: end.code, by: end.actor.id, ...(end.reason === undefined ? {} : { detail: end.reason }) };
}

/** Reasons of no rule's: those of a no that no rule gives. */
const OWN_REASONS: Record<string, string> = {
  "no-rule-allows": "no rule allows this agent this access",
  "no-break-glass": "no rule allows this agent to break the glass here",
  "break-glass-review-open": "the glass was broken before, and nobody has closed the review of that yet",
  "evaluation-failed": "a rule could not be evaluated without an error",
};

/** Why each rule says what it says: of a no the record has it in its own words, which name the longest window. */
function reasonsOf(grant: Told, rules: PolicyBundle["rules"]): Story["decision"]["rules"] {
  const said = grant.decision === "deny" ? (grant.moves[0]?.reason?.split("; ") ?? []) : [];
  return grant.rules.map((id, index) => ({
    id,
    reason:
      (said.length === grant.rules.length ? said[index] : undefined) ??
      rules.find((rule) => rule.id === id)?.reason ??
      OWN_REASONS[id],
  }));
}

/** A grant's story as the record tells it. Reasons of rules are those of the policy at hand, where it has the rule. */
export function storyOfRecord(grant: Told, bundle: PolicyBundle | undefined): Story {
  const rules = bundle?.rules ?? [];
  const { risk, moves, beside, context } = grant;
  const events = [
    ...moves.map(({ at, type, actor, code, reason }) => ({ at, type, by: actor.id, code, reason })),
    ...beside.map(({ at, type, by }) => ({ at, type, by })),
  ].sort((one, other) => one.at - other.at);
  const breaking = rules.find(({ id, breakGlass }) => breakGlass && grant.rules.includes(id));
  return {
    ...{ id: grant.id, source: "record" },
    ask: {
      ...{ agent: grant.agent, resource: grant.resource, access: grant.access, scope: grant.scope },
      ...{ masked: grant.masked, windowSeconds: grant.windowSeconds, purpose: grant.purpose },
      ...{ task: grant.task, ticket: grant.ticket, onBehalfOf: grant.onBehalfOf, model: grant.model },
      at: grant.askedAt,
    },
    decision: {
      ...{ outcome: grant.decision, policyVersion: grant.policyVersion, context },
      rules: reasonsOf(grant, rules),
      stages: stagesOf(grant, rules),
      risk: risk && {
        score: risk.score,
        factors: Object.entries(risk.factors).map(([name, points]) => ({ name, points })),
      },
      brokenGlass: grant.breakGlass ? { rule: breaking?.id, skipped: [] } : undefined,
      alternatives: [],
      onTrial: (grant.shadow ?? []).map(trialText),
    },
    events,
    closing: closingOf(grant),
  };
}
