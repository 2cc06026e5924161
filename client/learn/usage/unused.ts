import type { DecideDeps } from "../../../functions/core/policy/decision.ts";
import type { RecordedGrant } from "../record/grant.ts";
import type { GrantUse } from "./grant-use.ts";
import { MOST_PAIRS, permitted, subjectsOf } from "./permitted.ts";

/** What is in the catalogue, and in nobody's use: why, and when it last was. Times in epoch ms. */
export type Unused = {
  agent?: string;
  resource?: string;
  /** Of an agent and a resource: what policy would let it ask for. */
  accesses?: string[];
  why: "never_asked" | "never_granted" | "never_used" | "not_since" | "cannot_tell";
  asks: number;
  grants: number;
  lastAskedAt?: number;
  lastUsedAt?: number;
};
export type Idle = { agents: Unused[]; resources: Unused[]; permissions: Unused[]; notes: string[] };

type Tally = { asks: number; grants: number; doubts: number; asked: number; used: number };
type Since = { before: number };

const keyOf = (agent: string | undefined, resource: string | undefined): string =>
  `${agent ?? ""} ${resource ?? ""}`;

/** Counts of each agent, each resource, and each agent on each resource. */
function tallies(asked: readonly RecordedGrant[], uses: readonly GrantUse[]): Map<string, Tally> {
  const counts = new Map<string, Tally>();
  const on = ({ agent, resource }: RecordedGrant, count: (tally: Tally) => void): void => {
    for (const key of [keyOf(agent, undefined), keyOf(undefined, resource), keyOf(agent, resource)]) {
      const none = Number.NEGATIVE_INFINITY;
      const tally = counts.get(key) ?? { asks: 0, grants: 0, doubts: 0, asked: none, used: none };
      counts.set(key, tally);
      count(tally);
    }
  };
  for (const grant of asked)
    on(grant, (tally) => {
      tally.asks += 1;
      tally.asked = Math.max(tally.asked, grant.askedAt);
    });
  for (const { grant, verdict, lastAt } of uses)
    on(grant, (tally) => {
      tally.grants += 1;
      if (verdict === "cannot_tell") tally.doubts += 1;
      if (verdict === "used") tally.used = Math.max(tally.used, lastAt ?? grant.askedAt);
    });
  return counts;
}

const NOTHING: Tally = {
  ...{ asks: 0, grants: 0, doubts: 0 },
  ...{ asked: Number.NEGATIVE_INFINITY, used: Number.NEGATIVE_INFINITY },
};

function whyOf({ asks, grants, doubts, used }: Tally): Unused["why"] {
  if (asks === 0) return "never_asked";
  if (grants === 0) return "never_granted";
  if (doubts > 0) return "cannot_tell";
  return Number.isFinite(used) ? "not_since" : "never_used";
}

function idle(
  of: Pick<Unused, "agent" | "resource">,
  counts: Map<string, Tally>,
  { before }: Since,
): Unused[] {
  const tally = counts.get(keyOf(of.agent, of.resource)) ?? NOTHING;
  if (tally.used >= before) return [];
  const { asks, grants, asked, used } = tally;
  return [
    {
      ...of,
      ...{ why: whyOf(tally), asks, grants },
      ...(Number.isFinite(asked) ? { lastAskedAt: asked } : {}),
      ...(Number.isFinite(used) ? { lastUsedAt: used } : {}),
    },
  ];
}

/**
 * Agents, resources, and what an agent may ask of a resource, that nobody has used since `before`. Where an agent or a
 * resource is not in use at all, its pairs are not told again.
 */
export function idleSince(
  deps: DecideDeps,
  record: { asked: readonly RecordedGrant[]; uses: readonly GrantUse[] },
  since: Since,
): Idle {
  const counts = tallies(record.asked, record.uses);
  const { agents } = deps.catalogue;
  const subjects = subjectsOf(deps.catalogue);
  const idleAgents = agents.flatMap(({ id }) => idle({ agent: id }, counts, since));
  const idleResources = subjects.flatMap(({ id }) => idle({ resource: id }, counts, since));
  const told = { agents: idleAgents, resources: idleResources };
  if (agents.length * subjects.length > MOST_PAIRS)
    return {
      ...told,
      permissions: [],
      notes: [`Single permissions were not looked at: there are more than ${MOST_PAIRS} pairs.`],
    };
  const permissions = agents
    .filter(({ id }) => !idleAgents.some(({ agent }) => agent === id))
    .flatMap((agent) =>
      subjects
        .filter(({ id }) => !idleResources.some(({ resource }) => resource === id))
        .flatMap((resource) =>
          idle({ agent: agent.id, resource: resource.id }, counts, since).flatMap((each) => {
            const accesses = permitted(deps, agent, resource);
            return accesses.length > 0 ? [{ ...each, accesses }] : [];
          }),
        ),
    );
  return { ...told, permissions, notes: [] };
}
