import { canonicalJson } from "../../../functions/core/canonical.ts";
import type { Resource } from "../../../functions/core/catalogue.ts";
import type { AccessName } from "../../../functions/core/kinds/names.ts";
import type { Scope } from "../../../functions/core/kinds/registry.ts";
import { mostOf } from "./extremes.ts";
import { accessCovers, lessThan } from "./fewer.ts";
import {
  type Evidence,
  evidenceOf,
  evidential,
  type Group,
  isEnough,
  type Least,
  onSameResource,
  type Used,
} from "./groups.ts";
import { candidatesOf, isNarrower } from "./narrower.ts";
import { canBeAsked, scopeCovers } from "./part.ts";

/** `agent` absent: for everybody who asks for the resource. */
type Of = { agent?: string; resource: string; access?: string; evidence: Evidence; notes: string[] };
/** A smaller ask that would have covered all use that is on record. */
export type Proposal =
  | (Of & { narrows: "scope"; access: string; scope: Scope; isNamed: boolean })
  | (Of & { narrows: "window"; windowSeconds: number; neededMs: number; askedSeconds: number })
  | (Of & { narrows: "access"; access: string; to: AccessName });

const WINDOWS = [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200];
/** What is left beyond the longest use: a quarter of it, and at least half a minute. */
const marginMs = (ms: number): number => Math.max(30_000, ms / 4);

/** The smallest usual window that the longest use fits in with room. */
export const windowFor = (neededMs: number): number | undefined =>
  WINDOWS.find((seconds) => seconds * 1_000 >= neededMs + marginMs(neededMs));

const isWhole = ({ use: { grant } }: Used): boolean => grant.scope === undefined && !grant.masked;
const hasDate = (scope: Scope): boolean => /(^|[^0-9])20\d\d([^0-9]|$)/.test(JSON.stringify(scope));

/** True when each key of a set was touched under at least half of the grants: else it is a folder whose names change. */
function recurs(scope: Scope, resource: Resource, grants: readonly Used[]): boolean {
  const single = scope.keys ?? scope.names;
  if (!Array.isArray(single)) return true;
  const isIn = (name: string, { story }: Used) =>
    story.calls.some(({ call }) => {
      const [own] = candidatesOf(resource, [call]);
      return own && [own.keys, own.names].flat().includes(name);
    });
  return single.every((name) => grants.filter((each) => isIn(name, each)).length * 2 >= grants.length);
}

/** A part of the resource that holds all that an agent did there, where it asks for the whole. */
function narrowerScope(groups: readonly Group[], group: Group, resource: Resource, least: Least): Proposal[] {
  const { agent, access } = group;
  const others = groups.filter((each) => each.agent !== agent);
  const sessions = group.grants.filter(({ use }) => !use.grant.masked);
  const whole = evidential(sessions.filter(isWhole));
  const evidence = evidenceOf(whole);
  if (!isEnough(evidence, least)) return [];
  const calls = sessions.flatMap(({ story }) => story.calls);
  const scope = candidatesOf(
    resource,
    calls.map(({ call }) => call),
  ).find(
    (each) =>
      isNarrower(each, undefined) &&
      canBeAsked(resource, access, each) &&
      recurs(each, resource, whole) &&
      sessions.every(({ story }) => scopeCovers(resource, story.grant, each, story.calls)),
  );
  if (!scope) return [];
  const isNamed = (resource.subScopes ?? []).some(
    (part) => canonicalJson(part.scope) === canonicalJson(scope),
  );
  const covered = others.every(({ grants }) =>
    grants.every(({ story }) => scopeCovers(resource, story.grant, scope, story.calls)),
  );
  const notes = [
    covered
      ? "Nobody else was seen to use anything outside of it."
      : "Others use the rest, so the resource itself cannot be narrowed to it.",
    ...(hasDate(scope) ? ["Its name holds a date: see that it also fits the days to come."] : []),
  ];
  return [{ narrows: "scope", agent, resource: resource.id, access, scope, isNamed, evidence, notes }];
}

/** A shorter window that every use of these grants fits in, where most of them asked for more. */
function shorterWindow(grants: readonly Used[], most: number, least: Least) {
  const own = evidential(grants);
  const evidence = evidenceOf(own);
  if (!isEnough(evidence, least) || grants.some(({ use }) => use.wantedMore)) return undefined;
  // Of those too that were stopped: what was done must fit.
  const neededMs = mostOf(grants.map(({ use }) => use.usedMs ?? 0));
  const windowSeconds = windowFor(neededMs);
  if (windowSeconds === undefined || windowSeconds >= most) return undefined;
  const longer = own.filter(({ use }) => use.grant.windowSeconds > windowSeconds);
  if (longer.length * 2 < own.length || longer.length < least.grants) return undefined;
  const fits = ({ use }: Used) =>
    use.lastAt === undefined || use.lastAt <= use.startsAt + windowSeconds * 1_000;
  if (!grants.every(fits)) return undefined;
  const askedSeconds = mostOf(own.map(({ use }) => use.grant.windowSeconds));
  return { narrows: "window" as const, windowSeconds, neededMs, askedSeconds, evidence, notes: [] };
}

/** Windows: for the resource as a whole, and for an agent where it could do with still less. */
function shorterWindows(groups: readonly Group[], resource: Resource, least: Least): Proposal[] {
  const all = shorterWindow(
    groups.flatMap(({ grants }) => grants),
    resource.maxWindowSeconds,
    least,
  );
  const most = all?.windowSeconds ?? resource.maxWindowSeconds;
  const agents = [...new Set(groups.map(({ agent }) => agent))];
  const own = agents.flatMap((agent): Proposal[] => {
    const ofAgent = groups.filter((group) => group.agent === agent).flatMap(({ grants }) => grants);
    const found = shorterWindow(ofAgent, most, least);
    const others = agents.length > 1 ? ["Others are granted the resource too, so its own limit stays."] : [];
    return found ? [{ ...found, agent, resource: resource.id, notes: others }] : [];
  });
  return [...(all ? [{ ...all, resource: resource.id }] : []), ...own];
}

/** The least access that would have let all calls of a group pass. */
function leastAccess({ access, grants }: Group, resource: Resource): AccessName | undefined {
  const called = grants.filter(({ story }) => story.calls.length > 0);
  return lessThan(access).find(
    (to) =>
      resource.accesses.includes(to) &&
      called.every(({ story }) => accessCovers(resource, story.grant, to, story.calls)),
  );
}

/** An access that asks for less and would have let every call pass: the resource's, where nobody needs more. */
function fewerAccesses(groups: readonly Group[], resource: Resource, least: Least): Proposal[] {
  const found = groups.flatMap((group) => {
    const { agent, access, grants } = group;
    const evidence = evidenceOf(evidential(grants));
    if (!isEnough(evidence, least) || grants.some(({ use }) => use.grant.masked)) return [];
    const to = leastAccess(group, resource);
    return to ? [{ narrows: "access" as const, agent, resource: resource.id, access, to, evidence }] : [];
  });
  return found.flatMap(({ agent, ...each }): Proposal[] => {
    const asking = groups.filter((group) => group.access === each.access && group.grants.length > 0);
    const alike = found.filter((one) => one.access === each.access && one.to === each.to);
    const note = `Others are granted ${each.access} too, so the resource goes on offering it.`;
    if (alike.length < asking.length) return [{ ...each, agent, notes: [note] }];
    // Nobody needs it: said once, of the resource.
    const evidence = evidenceOf(evidential(asking.flatMap(({ grants }) => grants)));
    return agent === alike[0]?.agent ? [{ ...each, evidence, notes: [] }] : [];
  });
}

/** What could be asked for instead. Nothing that widens, nothing that cannot be asked for, nothing on too little evidence. */
export function proposalsFor(
  groups: readonly Group[],
  resources: readonly Resource[],
  least: Least,
): Proposal[] {
  return resources.flatMap((resource) => {
    const own = groups
      .filter((group) => group.resource === resource.id)
      .map((group) => ({ ...group, grants: onSameResource(resource, group.grants) }));
    return [
      ...own.flatMap((group) => narrowerScope(own, group, resource, least)),
      ...shorterWindows(own, resource, least),
      ...fewerAccesses(own, resource, least),
    ];
  });
}
