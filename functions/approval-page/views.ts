import type { Person } from "../core/catalogue.ts";
import { type Grant, openStage } from "../core/grant/grant.ts";
import { valuesOfAction } from "../core/kinds/action.ts";
import { ACTION } from "../core/kinds/names.ts";
import { describeAsk, statementsOf } from "../core/kinds/registry.ts";
import { describeMasked } from "../core/masking/describe.ts";
import { literalsOf } from "./page/literals.ts";
import type { ApprovalView, EarlierView, Outcome, OutcomeView } from "./page/view.ts";
import { type Parties, stageViewOf } from "./stage-view.ts";

function common(parties: Parties, grant: Grant) {
  const { agent, resource } = parties;
  const startsAt = "startsAt" in grant ? grant.startsAt : grant.requestedStart;
  return {
    grant: grant.id,
    agent: { id: agent.id, name: agent.name },
    resource: { id: resource.id },
    access: grant.access,
    masked: grant.masked,
    window: { seconds: grant.windowSeconds, startsAt },
    stages: grant.stages.map((stage) => stageViewOf(parties, stage, openStage(grant)?.stage)),
  };
}

const earlierView = (each: Grant, resource: string): EarlierView => ({
  grant: each.id,
  askedAt: each.askedAt,
  access: each.access,
  resource: each.resource.id,
  sameResource: each.resource.id === resource,
  seconds: each.windowSeconds,
  status: each.status,
  breakGlass: each.decision.breakGlass !== undefined,
});

/**
 * Everything an approver is shown, from the grant's canonical scope and the compiled statements: the same that the
 * digest covers (I-19). The agent's own words are separate fields. `earlier`: what the agent asked before, where read.
 */
export function approvalViewOf(parties: Parties, grant: Grant, earlier?: readonly Grant[]): ApprovalView {
  const { agent, resource, catalogue, person } = parties;
  const ask = {
    kind: grant.resource.kind,
    arn: grant.resource.arn,
    settings: grant.resource.settings,
    access: grant.access,
    scope: grant.scope,
  };
  const shared = common(parties, grant);
  const rules = grant.masked ? resource.masking : undefined;
  const { purpose, task, ticket, onBehalfOf, model, digest } = grant;
  return {
    ...shared,
    approver: { name: person.name },
    agent: {
      ...shared.agent,
      owner: catalogue.people.find((each) => each.id === agent.owner)?.name ?? agent.owner,
      team: agent.team,
      environment: grant.agent.environment,
      principal: grant.agent.arn,
    },
    resource: {
      ...shared.resource,
      description: resource.description,
      arn: grant.resource.arn,
      environment: grant.resource.environment,
      classification: grant.resource.classification,
      tags: resource.tags,
    },
    // Of masked rows there is no session, and so no statement of one.
    possible: rules ? describeMasked(rules, describeAsk(ask)) : describeAsk(ask),
    ...(ask.kind === ACTION ? { values: valuesOfAction(grant.scope) } : {}),
    // But its scope is the agent's own text, there as anywhere.
    ...(rules ? { values: literalsOf(statementsOf(ask)) } : {}),
    statements: rules ? [] : statementsOf(ask),
    purpose,
    task,
    ticket,
    onBehalfOf,
    model,
    digest,
    policyVersion: grant.decision.policyVersion,
    extends: grant.extends,
    rules: grant.decision.rules,
    risk: grant.decision.risk,
    decideBy: openStage(grant)?.decideBy ?? grant.askedAt,
    signedOnly: openStage(grant)?.channel === "signed",
    earlier: earlier?.map((each) => earlierView(each, resource.id)),
  };
}

function outcomeFor(grant: Grant, stage: number, person: Person): Outcome {
  const own = grant.stages.find((each) => each.stage === stage);
  if (own?.decided.some((one) => one.person === person.id)) {
    const last = own.decided.at(-1);
    return own.status === "rejected" && last?.person === person.id ? "you_rejected" : "you_approved";
  }
  return own?.status === "approved" || own?.status === "rejected" ? "decided_by_others" : "over";
}

/** What a link shows once its holder cannot decide (again). */
export function outcomeViewOf(parties: Parties, grant: Grant, stage: number): OutcomeView {
  const shared = common(parties, grant);
  const endsAt = "endsAt" in grant ? grant.endsAt : undefined;
  return {
    ...shared,
    window: { ...shared.window, endsAt },
    outcome: outcomeFor(grant, stage, parties.person),
    status: grant.status,
    digest: grant.digest,
  };
}
