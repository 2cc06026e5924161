import { type Agent, type Catalogue, membersOf, type Person } from "../catalogue.ts";
import { withoutPath } from "../identity.ts";

/**
 * One address in one spelling: lower case, NFKC, without a `+tag`. Used only to tell people apart, never to mail to.
 * Dots are kept: which providers ignore them is not ours to guess, and synth refuses two people with one spelling.
 */
export function addressSpelling(email: string): string {
  const [local = "", domain = ""] = email.normalize("NFKC").toLowerCase().split("@");
  return `${local.split("+")[0]}@${domain}`;
}

/** True when this person may decide for this agent: a member of the group who is not the agent's owner (I-12). */
export function canApprove(catalogue: Catalogue, agent: Agent, group: string, person: Person): boolean {
  const owner = catalogue.people.find((each) => each.id === agent.owner);
  return (
    person.groups.includes(group) &&
    owner !== undefined &&
    person.id !== owner.id &&
    addressSpelling(person.email) !== addressSpelling(owner.email) &&
    (person.principal === undefined ||
      !agent.principals.map(withoutPath).includes(withoutPath(person.principal)))
  );
}

/** Everyone who may decide a stage of this group for this agent. */
export function eligibleApprovers(catalogue: Catalogue, agent: Agent, group: string): Person[] {
  return membersOf(catalogue, group).filter((person) => canApprove(catalogue, agent, group, person));
}

type Decided = { group: string; quorum: number; rule: string; decided: readonly { person: string }[] };

/**
 * The rules of those stages whose yeses do not stand any more: fewer than the quorum of the people who said yes may
 * still decide for this agent (I-18). Someone who left, lost the group or became the agent's owner counts no longer.
 */
export function lapsedRules(catalogue: Catalogue, agent: Agent, approved: readonly Decided[]): string[] {
  const stands = (stage: Decided) => {
    const eligible = eligibleApprovers(catalogue, agent, stage.group).map((person) => person.id);
    return stage.decided.filter((one) => eligible.includes(one.person)).length >= stage.quorum;
  };
  return approved.filter((stage) => !stands(stage)).map((stage) => stage.rule);
}

type WithDecisions = { decided: readonly { person: string }[] };

/** Everyone who may still decide a stage: eligible, and has not decided in this grant before (a person counts once in all, I-13). */
export function mayDecide(
  catalogue: Catalogue,
  agent: Agent,
  stages: readonly WithDecisions[],
  stage: { group: string },
): Person[] {
  const already = stages.flatMap((each) => each.decided.map((one) => one.person));
  return eligibleApprovers(catalogue, agent, stage.group).filter((person) => !already.includes(person.id));
}
