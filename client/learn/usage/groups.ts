import type { Resource } from "../../../functions/core/catalogue.ts";
import { leastOf, mostOf } from "./extremes.ts";
import type { GrantUse } from "./grant-use.ts";
import type { Story } from "./story.ts";

/** How much must be on record before anything is proposed. */
export type Least = { grants: number; days: number };
export const LEAST: Least = { grants: 10, days: 14 };

export type Used = { story: Story; use: GrantUse };
/** The grants of one agent on one resource for one access that became active. */
export type Group = { agent: string; resource: string; access: string; grants: Used[] };

/** What a proposal rests on. Times in epoch ms. */
export type Evidence = { grants: number; days: number; uses: number; from: number; until: number };

const DAY_MS = 86_400_000;

/** By agent, resource and access, in the order of their names. Actions, which are done once, are not among them. */
export function groupsOf(grants: readonly Used[]): Group[] {
  const groups = new Map<string, Group>();
  for (const each of grants) {
    const { agent, resource, access } = each.use.grant;
    const key = [agent, resource, access].join(" ");
    const group = groups.get(key) ?? { agent, resource, access, grants: [] };
    groups.set(key, group);
    group.grants.push(each);
  }
  return [...groups.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
}

/** What was used to its own end: a grant that was stopped shows what was done, and not what would have been. */
export const evidential = (grants: readonly Used[]): Used[] =>
  grants.filter(({ use }) => use.verdict === "used" && !use.stopped);

export function evidenceOf(grants: readonly Used[]): Evidence {
  const starts = grants.map(({ use }) => use.startsAt);
  const [from, until] = [leastOf(starts), mostOf(starts)];
  return {
    grants: grants.length,
    days: grants.length === 0 ? 0 : Math.floor((until - from) / DAY_MS),
    uses: grants.reduce((sum, { use }) => sum + use.uses, 0),
    ...{ from, until },
  };
}

export const isEnough = ({ grants, days }: Evidence, least: Least): boolean =>
  grants >= least.grants && days >= least.days;

/** Of the resource as it is now: what was had under another ARN of the same name says nothing of it. */
export const onSameResource = ({ arn }: Resource, grants: readonly Used[]): Used[] =>
  grants.filter(({ use }) => use.grant.resourceArn === arn);
