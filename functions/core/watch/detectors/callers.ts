import * as z from "zod";
import type { DetectorOf } from "../detector.ts";
import type { Sighting } from "../fact.ts";

const use = z.strictObject({ grant: z.string(), network: z.string(), first: z.number(), last: z.number() });
const callersState = z.strictObject({
  since: z.number().optional(),
  /** Networks of the agent, and when each was first seen. */
  networks: z.record(z.string(), z.number()),
  recent: z.array(use),
});
type Use = z.infer<typeof use>;
type State = z.infer<typeof callersState>;
const MOST_NETWORKS = 100;
const MOST_RECENT = 60;

/** One network's use of a grant as one span, where the parts lie close enough. */
function merged(recent: readonly Use[], next: Use, withinMs: number): Use[] {
  const isSame = (each: Use) =>
    each.grant === next.grant &&
    each.network === next.network &&
    Math.abs(each.last - next.first) <= withinMs;
  const same = recent.filter(isSame);
  const span = [...same, next];
  const one = {
    ...next,
    first: Math.min(...span.map(({ first }) => first)),
    last: Math.max(...span.map(({ last }) => last)),
  };
  return [...recent.filter((each) => !isSame(each)), one];
}

const overlap = (one: Use, other: Use): boolean => one.first < other.last && other.first < one.last;
const isWithin = (single: Use, other: Use): boolean => other.first < single.first && single.last < other.last;

function learnt(
  { since, networks }: State,
  at: number,
  seen: readonly Sighting[],
): Pick<State, "since" | "networks"> {
  const known = { ...networks };
  for (const { network, first } of seen)
    if (network !== undefined) known[network] = Math.min(first, known[network] ?? first);
  const newest = Object.entries(known)
    .sort((one, other) => one[1] - other[1])
    .slice(0, MOST_NETWORKS);
  return { since: Math.min(at, since ?? at), networks: Object.fromEntries(newest) };
}

/**
 * Two networks that use one session at the same time: calls of the one lie between calls of the other. A move from one
 * network to another is none; nor are two that the agent has long called from, as tasks behind several gateways do.
 */
export const callers: DetectorOf<"callers", State> = {
  state: callersState,
  start: { networks: {}, recent: [] },
  step(rule, before, { at, grant, signal, seen = [] }) {
    const { since = at, networks } = learnt(before, at, seen);
    const withinMs = rule.windowSeconds * 1000;
    let recent = before.recent.filter(({ last }) => last > at - 2 * withinMs);
    if (signal !== "used" || grant === undefined) return { state: { since, networks, recent } };
    for (const { network, first, last } of seen)
      if (network !== undefined) recent = merged(recent, { grant, network, first, last }, withinMs);
    const state = { since, networks, recent: recent.slice(-MOST_RECENT) };
    if (at - since < rule.learnSeconds * 1000) return { state };
    const isNew = ({ network }: Use) => at - (networks[network] ?? at) < rule.settledSeconds * 1000;
    const mine = state.recent.filter((each) => each.grant === grant);
    for (const one of mine.filter(isNew)) {
      const other = mine.find(
        (each) =>
          each.network !== one.network && (overlap(one, each) || isWithin(one, each) || isWithin(each, one)),
      );
      if (other) return { state, evidence: { network: one.network, otherNetwork: other.network } };
    }
    return { state };
  },
};
