import { canApprove, eligibleApprovers } from "../core/approval/eligible.ts";
import type { Agent, Catalogue, Person, Subject } from "../core/catalogue.ts";
import type { Stage } from "../core/grant/grant.ts";
import { epochMs } from "../core/time.ts";
import type { EscalationView, StageView } from "./page/view.ts";

/** Who and what an approval is about, as the catalogue has it at that time (epoch ms). */
export type Parties = { catalogue: Catalogue; agent: Agent; resource: Subject; person: Person; at: number };

function escalationOf({ catalogue, agent, at }: Parties, stage: Stage): EscalationView | undefined {
  const { escalateTo, escalateAt, exclude } = stage;
  if (escalateTo === undefined) return undefined;
  return {
    groupName: catalogue.groups[escalateTo] ?? escalateTo,
    at: escalateAt,
    due: escalateAt !== undefined && at >= epochMs(escalateAt),
    people: eligibleApprovers(catalogue, agent, { group: escalateTo, exclude }, at).map(({ name }) => name),
  };
}

/** A stage as people see it, with names for ids. `openNow`: the number of the stage that waits for people. */
export function stageViewOf(parties: Parties, stage: Stage, openNow: number | undefined): StageView {
  const { catalogue, agent, person, at } = parties;
  const nameOf = (id: string) => catalogue.people.find((each) => each.id === id)?.name ?? id;
  return {
    stage: stage.stage,
    rule: stage.rule,
    group: stage.group,
    groupName: catalogue.groups[stage.group] ?? stage.group,
    quorum: stage.quorum,
    status: stage.status,
    reason: stage.reason,
    asked: eligibleApprovers(catalogue, agent, stage, at).map((each) => each.name),
    escalation: escalationOf(parties, stage),
    excludedTeam: stage.exclude === "team" ? agent.team : undefined,
    channel: stage.channel,
    decideBy: stage.stage === openNow ? stage.decideBy : undefined,
    decided: stage.decided.map(({ person: id, ...said }) => ({ name: nameOf(id), ...said })),
    current: stage.stage === openNow && canApprove(catalogue, agent, stage, { person, at }),
  };
}
