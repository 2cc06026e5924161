import { addressSpelling } from "../../functions/core/approval/eligible.ts";
import { withoutPath } from "../../functions/core/identity.ts";
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

/** IAM principals: each stands for one agent or one person only, and a person's for nobody else. */
export function checkPrincipals({ agents, people }: CatalogueFiles, report: Report): void {
  const ofAgents = (agents.value?.agents ?? []).flatMap(({ principals }, index) =>
    principals.map((arn, place) => ({ arn, where: whereIn(agents, ["agents", index, "principals", place]) })),
  );
  const ofPeople = (people.value?.people ?? []).flatMap(({ principal }, index) =>
    principal ? [{ arn: principal, where: whereIn(people, ["people", index, "principal"]) }] : [],
  );
  const all: WrittenArn<Where>[] = [...ofAgents, ...ofPeople];
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
  // IAM tells names apart neither by path nor by case. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  for (const clash of clashesOf(all, (arn) => withoutPath(arn).toLowerCase()))
    report(clash.where.problem(`is the same identity as ${clash.with.text}${inPlaceText(clash.place)}`));
}
