import type { Agent, Catalogue, Person, Subject } from "../catalogue.ts";
import { withoutPath } from "../identity.ts";
import { epochMs, isoMillis } from "../time.ts";

/**
 * One address in one spelling: lower case, NFKC, without a `+tag`. Used only to tell people apart, never to mail to.
 * Dots are kept: which providers ignore them is not ours to guess, and synth refuses two people with one spelling.
 */
export function addressSpelling(email: string): string {
  const [local = "", domain = ""] = email.normalize("NFKC").toLowerCase().split("@");
  return `${local.split("+")[0]}@${domain}`;
}

/** The groups that a person of security and of audit is in: who stops things, and who looks at everything. */
export const SECURITY = "security";
export const SEE_ALL: readonly string[] = [SECURITY, "compliance"];

/** Whom a stage asks for: a group, a second one from some time on, and who of them does not count. */
export type Demand = {
  group: string;
  escalateTo?: string | undefined;
  escalateAt?: string | undefined;
  exclude?: "team" | undefined;
  channel?: "signed" | undefined;
};

const dayOf = (at: number): string => isoMillis(at).slice(0, 10);
const delegationsAt = (catalogue: Catalogue, at: number) =>
  (catalogue.delegations ?? []).filter(({ starts, ends }) => starts <= dayOf(at) && dayOf(at) <= ends);

/**
 * The groups that a person speaks for at a time: their own, and those of whoever is away and named them. Who has named
 * somebody is away: their groups are spoken for. What was passed on is not passed on again.
 */
export function groupsAt(catalogue: Catalogue, person: Person, at: number): string[] {
  const delegations = delegationsAt(catalogue, at);
  const away = delegations.some(({ from }) => from === person.id);
  const lent = delegations
    .filter(({ to }) => to === person.id)
    .flatMap(({ from }) => catalogue.people.find((each) => each.id === from)?.groups ?? []);
  return away ? [] : [...new Set([...person.groups, ...lent])];
}

const groupsOf = ({ group, escalateTo, escalateAt }: Demand, at: number): string[] =>
  escalateTo !== undefined && escalateAt !== undefined && at >= epochMs(escalateAt)
    ? [group, escalateTo]
    : [group];

/** Whether a stage leaves this person out for being of the agent's own team, or of a team that nobody knows. */
const isExcluded = ({ exclude }: Demand, agent: Agent, { team }: Person): boolean =>
  exclude === "team" && (team === undefined || team === agent.team);

/**
 * In whose name a person may decide such a stage at that time: their own, else that of whoever is away and named them.
 * Who could not decide it had they stayed has nothing to lend: the agent's owner, and whom the stage leaves out.
 */
function voicesAt(
  catalogue: Catalogue,
  agent: Agent,
  demand: Demand,
  { person, at }: { person: Person; at: number },
): string[] {
  const delegations = delegationsAt(catalogue, at);
  if (delegations.some(({ from }) => from === person.id)) return [];
  const demanded = groupsOf(demand, at);
  const isOf = ({ groups }: Person) => groups.some((group) => demanded.includes(group));
  if (isOf(person)) return [person.id];
  const lenders = delegations.filter(({ to }) => to === person.id).map(({ from }) => from);
  const mayLend = (each: Person) =>
    lenders.includes(each.id) && isOf(each) && each.id !== agent.owner && !isExcluded(demand, agent, each);
  return catalogue.people.filter(mayLend).map(({ id }) => id);
}

/**
 * True when this person may decide for this agent at that time (epoch ms): somebody who speaks for a demanded group and
 * is neither the agent's owner, nor anybody the owner has named to speak for them, nor the agent itself, in any spelling
 * (I-12); with an IAM identity where the stage takes no other word than a signed one.
 */
export function canApprove(
  catalogue: Catalogue,
  agent: Agent,
  demand: Demand,
  { person, at }: { person: Person; at: number },
): boolean {
  const owner = catalogue.people.find((each) => each.id === agent.owner);
  const { channel } = demand;
  return (
    voicesAt(catalogue, agent, demand, { person, at }).length > 0 &&
    owner !== undefined &&
    person.id !== owner.id &&
    addressSpelling(person.email) !== addressSpelling(owner.email) &&
    !delegationsAt(catalogue, at).some(({ from, to }) => from === owner.id && to === person.id) &&
    (channel !== "signed" || person.principal !== undefined) &&
    !isExcluded(demand, agent, person) &&
    (person.principal === undefined ||
      !agent.principals.map(withoutPath).includes(withoutPath(person.principal)))
  );
}

/** Everyone who may decide such a stage for this agent at that time. */
export function eligibleApprovers(catalogue: Catalogue, agent: Agent, demand: Demand, at: number): Person[] {
  return catalogue.people.filter((person) => canApprove(catalogue, agent, demand, { person, at }));
}

/**
 * Who may close the review of a broken glass: whoever answers for security or for the resource, and never the agent's
 * owner or the owner's delegate. When the resource is gone from the catalogue, security is left.
 */
export function mayReview(
  catalogue: Catalogue,
  agent: Agent,
  resource: Subject | undefined,
  who: { person: Person; at: number },
): boolean {
  const groups = [SECURITY, ...(resource ? [resource.ownerGroup] : [])];
  return groups.some((group) => canApprove(catalogue, agent, { group }, who));
}

type Decided = Demand & {
  quorum: number;
  rule: string;
  decided: readonly { person: string; at: string; channel?: "signed" | undefined }[];
};

/**
 * The rules of those stages whose yeses do not stand any more: fewer than the quorum of the people who said yes may
 * still decide for this agent (I-18). Someone who left, lost the group or became the agent's owner counts no longer; dates
 * (of delegations, of escalation) are those of the decision.
 */
export function lapsedRules(catalogue: Catalogue, agent: Agent, approved: readonly Decided[]): string[] {
  const stands = (stage: Decided) => {
    const still = stage.decided.filter(
      (one) =>
        (stage.channel === undefined || one.channel === stage.channel) &&
        eligibleApprovers(catalogue, agent, stage, epochMs(one.at)).some(({ id }) => id === one.person),
    );
    return still.length >= stage.quorum;
  };
  return approved.filter((stage) => !stands(stage)).map((stage) => stage.rule);
}

type WithDecisions = Demand & { decided: readonly { person: string; at: string }[] };

/**
 * Whoever has spoken in these stages, and in whose name: a delegate who has no right of their own uses up the right of the
 * person who is away, so that one right never makes two yeses.
 */
function spokenFor(catalogue: Catalogue, agent: Agent, stages: readonly WithDecisions[]): Set<string> {
  const used = new Set(stages.flatMap(({ decided }) => decided.map((one) => one.person)));
  for (const stage of stages) {
    for (const { person: id, at } of stage.decided) {
      const person = catalogue.people.find((each) => each.id === id);
      const voices = person ? voicesAt(catalogue, agent, stage, { person, at: epochMs(at) }) : [];
      const voice = voices.includes(id) ? undefined : voices.find((each) => !used.has(each));
      if (voice !== undefined) used.add(voice);
    }
  }
  return used;
}

/**
 * Everyone who may still decide a grant's stage: eligible, not the agent's owner when it asked either (I-12), and has not
 * decided in this grant before, nor had somebody decide in their name (a person counts once in all, I-13).
 */
export function mayDecide(
  catalogue: Catalogue,
  agent: Agent,
  { agent: { owner }, stages }: { agent: { owner: string }; stages: readonly WithDecisions[] },
  { stage, at }: { stage: Demand; at: number },
): Person[] {
  const used = spokenFor(catalogue, agent, stages);
  return eligibleApprovers(catalogue, agent, stage, at).filter(
    (person) =>
      person.id !== owner &&
      !used.has(person.id) &&
      voicesAt(catalogue, agent, stage, { person, at }).some((voice) => !used.has(voice)),
  );
}
