import { type Actor, chainEventId, type Facts, type SealedEvent, sealEvent } from "../audit/event.ts";
import { canonicalJson } from "../canonical.ts";
import type { Decision, PlannedStage, Risk } from "../policy/decided.ts";
import { isoMillis } from "../time.ts";
import { type Grant, grant as grantSchema } from "./grant.ts";
import { canMove, type From, type MoveName, NOTHING, transitions } from "./transitions.ts";

/** What every move needs from outside: the time, who does it, and an id that marks this very write. */
export type Moment = { now: number; by: Actor; writer: string };

/** One move, ready to be written as one transaction: the grant after it and its event. `expected` is what must still hold. */
export type Step = {
  move: MoveName;
  expected: { from: readonly From[]; version: number };
  after: Grant;
  event: SealedEvent;
};

// Distributes over the union, so that each state keeps its own fields.
type Unstamped<G> = G extends Grant ? Omit<G, "version" | "writer" | "chain"> : never;
/** A grant in its next state, but for what the step itself fills in. */
export type NextGrant = Unstamped<Grant>;

const windowFacts = (grant: NextGrant): Facts => ({
  ...("startsAt" in grant && grant.startsAt ? { startsAt: grant.startsAt } : {}),
  ...("endsAt" in grant && grant.endsAt ? { endsAt: grant.endsAt } : {}),
  ...("attempt" in grant && grant.attempt ? { attempt: grant.attempt } : {}),
  ...("rotating" in grant && grant.rotating ? { attempt: grant.rotating.attempt } : {}),
});

const optional = <K extends string>(key: K, value: string | undefined) =>
  value === undefined ? {} : { [key]: value };

/** A risk as flat facts of an event. */
export const riskFacts = (risk: Risk | undefined): Facts =>
  risk
    ? {
        riskScore: risk.score,
        riskFactors: risk.factors.map(({ name, points }) => `${name}=${points}`).join(","),
      }
    : {};

/** Stages in a few words: `1:privacy:1,2:data-owners:2`. */
export const planText = (stages: readonly PlannedStage[]): string =>
  stages.map(({ stage, group, quorum }) => `${stage}:${group}:${quorum}`).join(",");

/**
 * What policy asks people for, as flat facts. A plain no asks nobody; and nor does a rule that lets the glass be broken:
 * which stages were passed over is told by the review that it opens.
 */
export function planFacts({ outcome, plan }: Decision): Facts {
  if (outcome === "deny") return {};
  const approvalsNeeded = plan.reduce((sum, { quorum }) => sum + quorum, 0);
  return { ...(plan.length > 0 ? { plan: planText(plan) } : {}), approvalsNeeded };
}

/** The facts that every event of a grant repeats, so that each row of the record can be read by itself. */
export function grantFacts(grant: NextGrant): Facts {
  return {
    agent: grant.agent.id,
    owner: grant.agent.owner,
    ...optional("team", grant.agent.team),
    status: grant.status,
    resource: grant.resource.id,
    resourceArn: grant.resource.arn,
    environment: grant.resource.environment,
    access: grant.access,
    ...(grant.scope ? { scope: canonicalJson(grant.scope) } : {}),
    masked: grant.masked,
    windowSeconds: grant.windowSeconds,
    ...windowFacts(grant),
    purpose: grant.purpose,
    ...optional("task", grant.task),
    ...optional("ticket", grant.ticket),
    ...optional("onBehalfOf", grant.onBehalfOf),
    ...optional("model", grant.model),
    ...optional("extends", grant.extends),
    digest: grant.digest,
    decision: grant.decision.outcome,
    ...riskFacts(grant.decision.risk),
    ...(grant.decision.breakGlass ? { breakGlass: true } : {}),
    rules: grant.decision.rules.map((rule) => rule.id).join(","),
    policyVersion: grant.decision.policyVersion,
    role: grant.resource.role,
    ...("closing" in grant ? { code: grant.closing.code, ...optional("reason", grant.closing.detail) } : {}),
  };
}

/**
 * Makes a step: checks it against the transition table, stamps version and writer, and adds the event to the chain.
 * Throws when the table has no such move: that is a mistake in the caller, never an outcome.
 */
export function makeStep(
  move: MoveName,
  change: { before: Grant | undefined; after: NextGrant; facts?: Facts },
  { now, by, writer }: Moment,
): Step {
  const { before, after } = change;
  const from = before?.status ?? NOTHING;
  const allowed = transitions[move].to as readonly string[];
  if (!canMove(from, move) || !allowed.includes(after.status)) {
    throw new RangeError(`no move ${move} from ${from} to ${after.status}`);
  }
  const sequence = (before?.chain.sequence ?? 0) + 1;
  const event = sealEvent({
    v: 1,
    id: chainEventId(after.id, sequence),
    type: transitions[move].event,
    time: isoMillis(now),
    actor: by,
    grant: after.id,
    chain: { sequence, previous: before?.chain.hash ?? null },
    facts: { ...grantFacts(after), ...change.facts },
  });
  const version = (before?.version ?? 0) + 1;
  return {
    move,
    expected: { from: transitions[move].from, version: before?.version ?? 0 },
    after: grantSchema.parse({ ...after, version, writer, chain: { sequence, hash: event.hash } }),
    event,
  };
}
