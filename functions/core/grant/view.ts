import type { DecisionView, GrantView } from "../api/schemas.ts";
import type { AuditEvent } from "../audit/event.ts";
import type { Decision } from "../policy/decided.ts";
import { recordedShadow } from "../policy/recorded.ts";
import type { Grant, Stage } from "./grant.ts";

/** How often a client that waits for people should ask again. */
const RETRY_AFTER_SECONDS = 15;

/** In a rejected stage the last word is the no; all others are yeses. */
function stageView({ decided, decideBy, ...stage }: Stage): DecisionView["plan"][number] {
  const no = stage.status === "rejected" ? decided.at(-1) : undefined;
  return {
    ...stage,
    approved: no ? decided.slice(0, -1) : decided,
    ...(no ? { rejected: no } : {}),
    ...(decideBy ? { decideBy } : {}),
  };
}

/** The stages as they stand. A stage that was open when the grant closed waits for nobody any more. */
const stagesOf = (grant: Grant): Stage[] =>
  grant.stages.map(({ decideBy, ...stage }): Stage => {
    const closed = stage.status === "open" && grant.status !== "PENDING";
    return { ...stage, ...(closed ? { status: "waiting" } : decideBy ? { decideBy } : {}) };
  });

/** A decision as the API shows it, with each stage as it stands. */
export function decisionView(decision: Decision, stages: readonly Stage[]): DecisionView {
  const { outcome, policyVersion, rules, risk, alternatives, breakGlass } = decision;
  return {
    ...{ outcome, policyVersion, rules, plan: stages.map(stageView) },
    ...(risk ? { risk } : {}),
    ...(alternatives ? { alternatives } : {}),
    ...(breakGlass ? { breakGlass } : {}),
  };
}

/** The stages of a decision that was not stored (dry run, a plain no). */
export const plannedStages = (decision: Decision): Stage[] =>
  decision.plan.map((stage) => ({ ...stage, status: "waiting", decided: [] }));

function windowOf(grant: Grant): GrantView["window"] {
  const startsAt = "startsAt" in grant ? grant.startsAt : grant.requestedStart;
  const endsAt = "endsAt" in grant ? grant.endsAt : undefined;
  return { seconds: grant.windowSeconds, ...(startsAt ? { startsAt } : {}), ...(endsAt ? { endsAt } : {}) };
}

/** One line of a timeline. */
function timelineEntry({
  type,
  time,
  actor,
  chain,
  facts,
}: AuditEvent): NonNullable<GrantView["timeline"]>[number] {
  return {
    ...(chain ? { sequence: chain.sequence } : {}),
    time,
    type,
    by: actor.id,
    ...(facts.status ? { status: facts.status } : {}),
    ...(facts.code ? { code: facts.code } : {}),
  };
}

/** What is kept beside a grant and shown with it, where it was read. */
type Beside = {
  events?: readonly AuditEvent[] | undefined;
  extendedBy?: string | undefined;
  /** True for whoever may know what is on trial: agents and approvers may not. */
  showsTrial?: boolean;
};

/** A grant as the API shows it; with its events, also the timeline in order of time. */
export function grantViewOf(grant: Grant, { events, extendedBy, showsTrial }: Beside = {}): GrantView {
  const asked = showsTrial ? events?.find(({ type }) => type === "grant.requested") : undefined;
  const shadow = asked && recordedShadow(asked.facts);
  const optional = ["scope", "task", "ticket", "onBehalfOf", "model", "extends"] as const;
  return {
    id: grant.id,
    status: grant.status,
    agent: grant.agent.id,
    resource: grant.resource.id,
    access: grant.access,
    ...Object.fromEntries(optional.flatMap((key) => (grant[key] === undefined ? [] : [[key, grant[key]]]))),
    window: windowOf(grant),
    purpose: grant.purpose,
    masked: grant.masked,
    digest: grant.digest,
    decision: { ...decisionView(grant.decision, stagesOf(grant)), ...(shadow ? { shadow } : {}) },
    ...("closing" in grant ? { closing: grant.closing } : {}),
    ...("proof" in grant ? { proof: grant.proof } : {}),
    ...(extendedBy ? { extendedBy } : {}),
    ...("liveUntil" in grant && grant.liveUntil ? { liveUntil: grant.liveUntil } : {}),
    ...(grant.status === "PENDING" ? { retryAfterSeconds: RETRY_AFTER_SECONDS } : {}),
    ...(events
      ? {
          timeline: [...events]
            .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
            .map(timelineEntry),
        }
      : {}),
  };
}
