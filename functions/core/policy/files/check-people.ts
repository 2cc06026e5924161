import { addressSpelling } from "../../approval/eligible.ts";
import type { Catalogue } from "../../catalogue.ts";
import { withoutPath } from "../../identity.ts";
import type { CatalogueFiles } from "./catalogue-files.ts";
import { clashesOf, inPlaceText, type WrittenArn } from "./places.ts";
import { type Path, type Problem, pathText, type Report } from "./problem.ts";

/** Each value that an earlier one equals: its index and the first one's. */
export function repeatsOf(values: readonly string[]): { index: number; first: number }[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    return first < index ? [{ index, first }] : [];
  });
}

// Only an identity provider that sets the session name tells people on one role apart; AWS makes these roles itself.
// https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
const PERSONAL =
  /^arn:[^:]+:iam::[^:]+:(user\/.+|role\/(aws-reserved\/sso\.amazonaws\.com\/([a-z0-9-]+\/)?)?AWSReservedSSO_[^/]+)$/;

// Latchkey's own roles all begin so (the stacks are `Latchkey…`); only the example company's names may too.
const OWN_NAME = /^latchkey(?!-example-)/i;
/** True for a name that Latchkey gives its own roles, tables, buckets and keys. */
export const isOwnName = (name: string): boolean => OWN_NAME.test(name);

/** Agents and people: unique ids, keys and addresses, and owners and groups that exist. */
export function checkIdentities({ agents, people }: CatalogueFiles, report: Report): void {
  const agentList = agents.value?.agents ?? [];
  const personList = people.value?.people ?? [];
  const groups = people.value?.groups ?? {};
  for (const field of ["id", "key"] as const) {
    for (const { index, first } of repeatsOf(agentList.map((agent) => agent[field])))
      report(agents.problem(["agents", index, field], `is already the ${field} of agents[${first}]`));
  }
  for (const { index, first } of repeatsOf(personList.map(({ id }) => id)))
    report(people.problem(["people", index, "id"], `is already the id of people[${first}]`));
  // Two people with one mailbox could give two approvals by one hand.
  for (const { index, first } of repeatsOf(personList.map(({ email }) => addressSpelling(email))))
    report(people.problem(["people", index, "email"], `is the same mailbox as people[${first}].email`));
  agentList.forEach(({ owner }, index) => {
    if (people.value && !personList.some(({ id }) => id === owner))
      report(agents.problem(["agents", index, "owner"], `no person has the id ${owner}`));
  });
  personList.forEach((person, index) => {
    person.groups.forEach((group, place) => {
      if (!Object.hasOwn(groups, group))
        report(people.problem(["people", index, "groups", place], `no group has the id ${group}`));
    });
  });
}

type Where = { problem(reason: string): Problem; text: string };
const whereIn = (file: { problem(path: Path, reason: string): Problem }, path: Path): Where => ({
  problem: (reason) => file.problem(path, reason),
  text: pathText(path),
});

const onRole = (arn: string): boolean => arn.includes(":role/");
// IAM tells names apart neither by path nor by case. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const oneSpelling = (arn: string): string => withoutPath(arn).toLowerCase();

/** IAM principals: each stands for one agent or one person only, and a person's for nobody else. */
export function checkPrincipals({ agents, people, actions }: CatalogueFiles, report: Report): void {
  const ofAgents = (agents.value?.agents ?? []).flatMap(({ principals }, index) =>
    principals.map((arn, place) => ({ arn, where: whereIn(agents, ["agents", index, "principals", place]) })),
  );
  const ofPerformers = (actions.value?.performers ?? []).flatMap(({ principals }, index) =>
    principals.map((arn, place) => ({
      arn,
      where: whereIn(actions, ["performers", index, "principals", place]),
    })),
  );
  const ofPeople = (people.value?.people ?? []).flatMap(({ principal, sessionName, email }, index) => {
    const path = ["people", index, "principal"];
    return principal ? [{ arn: principal, where: whereIn(people, path), session: sessionName ?? email }] : [];
  });
  const all: WrittenArn<Where>[] = [...ofAgents, ...ofPerformers, ...ofPeople];
  for (const { arn, where } of ofPeople) {
    if (!PERSONAL.test(arn))
      report(
        where.problem("must be an IAM user or an AWSReservedSSO_ role: other roles do not tell people apart"),
      );
  }
  for (const { arn, where } of all) {
    if (isOwnName(arn.slice(arn.lastIndexOf("/") + 1)))
      report(where.problem("must not be one of Latchkey's own identities"));
  }
  (people.value?.people ?? []).forEach(({ principal, sessionName }, index) => {
    if (sessionName !== undefined && !onRole(principal ?? ""))
      report(people.problem(["people", index, "sessionName"], "is only for a principal that is a role"));
  });
  // Two people may share a role of the identity centre, whose sessions their provider names: those must differ.
  const shared = ofPeople.filter(({ arn }) => onRole(arn));
  const sharing = new Set(shared.map(({ where }) => where));
  for (const clash of clashesOf(all, oneSpelling)) {
    if (sharing.has(clash.where) && sharing.has(clash.with)) continue;
    report(clash.where.problem(`is the same identity as ${clash.with.text}${inPlaceText(clash.place)}`));
  }
  const named = shared.map(({ arn, where, session }) => ({ arn: `${arn} ${session}`, where }));
  for (const clash of clashesOf(named, oneSpelling)) {
    const also = `is the same role and session name as ${clash.with.text}${inPlaceText(clash.place)}`;
    report(clash.where.problem(`${also}: give each a sessionName of their own`));
  }
}

type Delegation = NonNullable<Catalogue["delegations"]>[number];
const overlap = (a: Delegation, b: Delegation): boolean => a.starts <= b.ends && b.starts <= a.ends;

/** Delegations: of people who are there, for days that come in order, one delegate at a time, and never passed on. */
export function checkDelegations({ people }: CatalogueFiles, report: Report): void {
  const list = people.value?.delegations ?? [];
  list.forEach((each, index) => {
    const wrong = (field: keyof Delegation, reason: string) =>
      report(people.problem(["delegations", index, field], reason));
    for (const field of ["from", "to"] as const) {
      if (!people.value?.people.some(({ id }) => id === each[field]))
        wrong(field, `no person has the id ${each[field]}`);
    }
    if (each.from === each.to) wrong("to", "is who delegates");
    if (each.starts > each.ends) wrong("ends", `is before it starts, on ${each.starts}`);
    const others = list.map((other, place) => ({ other, place })).filter(({ other }) => overlap(each, other));
    for (const { other, place } of others) {
      if (place < index && other.from === each.from)
        wrong("from", `has a delegate in delegations[${place}] on some of these days`);
      if (place !== index && other.from === each.to)
        wrong("to", `is away in delegations[${place}] on some of these days: nothing is passed on`);
    }
  });
}

/** Approvers whose mails others can read: they hold a link and a code that decide in the approver's name. */
export function openMailboxes({ people }: CatalogueFiles, asked: readonly string[]): Problem[] {
  const list = people.value?.people ?? [];
  const delegates = (people.value?.delegations ?? []).filter(({ from }) =>
    list.some(({ id, groups }) => id === from && groups.some((group) => asked.includes(group))),
  );
  return list.flatMap(({ id, mailbox, groups }, index) => {
    const approves = groups.some((group) => asked.includes(group)) || delegates.some(({ to }) => to === id);
    if (!mailbox || !approves) return [];
    const readers = mailbox === "shared" ? "several people" : "an agent";
    const reason = `is an approver's, and ${readers} can read what is mailed there: let @channel("signed") decide`;
    return [people.problem(["people", index, "mailbox"], reason)];
  });
}
