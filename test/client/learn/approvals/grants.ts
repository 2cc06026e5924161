import type { Told } from "../../../../client/learn/approvals/told.ts";
import type { Move } from "../../../../client/learn/record/grant.ts";
import { subjectOf } from "../../../../functions/core/catalogue.ts";
import { planFacts } from "../../../../functions/core/grant/step.ts";
import type { SubjectAccess } from "../../../../functions/core/kinds/names.ts";
import { decideOnce } from "../../../../functions/core/policy/ask.ts";
import { type AskContext, NEWCOMER } from "../../../../functions/core/policy/context.ts";
import { deployPolicy } from "../../../fakes/policy.ts";

const deps = deployPolicy();
const MONDAY = Date.UTC(2026, 5, 1, 9);
const HOUR_MS = 3_600_000;

type Ask = {
  agent: string;
  resource: string;
  access: SubjectAccess;
  windowSeconds?: number;
  masked?: boolean;
  whole?: boolean;
  said?: Partial<AskContext>;
};

const ids = (function* () {
  for (let next = 1; ; next += 1)
    yield `g${String(next).replaceAll("0", "a").replaceAll("1", "b").padStart(15, "c")}`;
})();

/** An ask, decided by the example policy, with a context as of a busy agent in working hours. `at` in ms. */
export function asked({ agent: who, resource: what, access, ...ask }: Ask, at = MONDAY): Told {
  const agent = deps.catalogue.agents.find(({ id }) => id === who);
  const resource = subjectOf(deps.catalogue, what);
  if (!agent || !resource) throw new Error(`no ${who} or ${what}`);
  const { windowSeconds = 900, masked = false, whole = false } = ask;
  const facts = { windowSeconds, masked, wholeResource: whole, purposeGiven: true, ticketGiven: true };
  const decision = decideOnce(
    deps,
    { agent, resource, access, facts: { ...facts, breakGlass: false, startsAt: at, standing: NEWCOMER }, at },
    { ...{ firstUse: false, modelChanged: false }, ...ask.said },
  );
  const { context, outcome, plan, risk, rules } = decision;
  return {
    ...{
      id: ids.next().value ?? "",
      agent: who,
      owner: agent.owner,
      team: agent.team,
      resource: what,
      access,
      masked,
    },
    ...{ resourceArn: resource.arn, environment: resource.environment, windowSeconds, purpose: "to test" },
    ...(whole ? {} : { scope: { prefix: "2026/" } }),
    ...{
      askedAt: at,
      decision: outcome,
      rules: rules.map(({ id }) => id),
      policyVersion: decision.policyVersion,
    },
    plan:
      planFacts(decision).plan === undefined
        ? []
        : plan.map(({ stage, group, quorum }) => ({ stage, group, quorum })),
    risk: { score: risk?.score ?? 0, factors: {} },
    ...{ breakGlass: false, context, beside: [] },
    moves: [move("grant.requested", at, { type: "agent", id: who })],
  };
}

const move = (type: string, at: number, actor: Move["actor"], more: Partial<Move> = {}): Move => ({
  ...{ type, at, sequence: 0, actor },
  ...more,
});
const person = (id: string): Move["actor"] => ({ type: "person", id });
const broker: Move["actor"] = { type: "broker", id: "sweep" };
const lastAt = ({ moves }: Told): number => moves.at(-1)?.at ?? 0;
const then = (grant: Told, type: string, afterMs: number, more: Partial<Move> = {}): Told => ({
  ...grant,
  moves: [...grant.moves, move(type, lastAt(grant) + afterMs, more.actor ?? broker, more)],
});

/** A word on the open stage, so long after what was before it. */
export function word(
  grant: Told,
  type: "grant.stage_approved" | "grant.approved" | "grant.rejected",
  who: string,
  afterMs = HOUR_MS / 2,
  stage = 1,
): Told {
  return then(grant, type, afterMs, { actor: person(who), stage, group: grant.plan[stage - 1]?.group ?? "" });
}
export const approved = (grant: Told, who: string, afterMs?: number): Told =>
  word(grant, "grant.approved", who, afterMs);
export const rejected = (grant: Told, who: string): Told => word(grant, "grant.rejected", who);
export const expired = (grant: Told): Told =>
  then(grant, "grant.expired", 24 * HOUR_MS, { code: "nobody_decided" });
export const ended = (grant: Told): Told => then(grant, "grant.ended", HOUR_MS, { code: "window_over" });
export const revoked = (grant: Told): Told => then(grant, "grant.revoking", 60_000, { code: "revoked" });
export const minted = (grant: Told): Told => then(grant, "grant.activated", 1_000, { attempt: 1 });
const aside = (grant: Told, beside: Omit<Told["beside"][number], "at">): Told => ({
  ...grant,
  beside: [...grant.beside, { at: lastAt(grant) + 500, ...beside }],
});
export const collected = (grant: Told): Told =>
  aside(minted(grant), { type: "credentials.collected", by: grant.agent, people: [] });
export const flagged = (grant: Told): Told => aside(grant, { type: "flag.raised", by: "watch", people: [] });
export const mailed = (grant: Told, ...people: string[]): Told =>
  aside(grant, { type: "approval.asked", by: "ask-approvers", stage: 1, people });

/** So many of them, one on each working day, in the morning. */
export const times = (count: number, make: (at: number, index: number) => Told): Told[] =>
  Array.from({ length: count }, (_, index) => {
    const days = Math.floor(index / 5) * 7 + (index % 5);
    return make(MONDAY + days * 24 * HOUR_MS, index);
  });
export const cancelled = (grant: Told): Told => then(grant, "grant.cancelled", 60_000, { code: "released" });
