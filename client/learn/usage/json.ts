import type { GrantUse } from "./grant-use.ts";
import type { UsageInsights } from "./insights.ts";
import type { Unused } from "./unused.ts";

const iso = (at: number): string => new Date(at).toISOString();
const time = (name: string, at: number | undefined) => (at === undefined ? {} : { [name]: iso(at) });

function grant({ grant: asked, startsAt, endsAt, firstAt, lastAt, usedMs, usedShare, ...judged }: GrantUse) {
  const { id, agent, owner, resource, access, scope, masked, windowSeconds, askedAt } = asked;
  return {
    ...{ id, agent, owner, resource, access, scope, masked, windowSeconds, askedAt: iso(askedAt) },
    ...{ startsAt: iso(startsAt), endsAt: iso(endsAt), ...judged },
    ...time("firstUsedAt", firstAt),
    ...time("lastUsedAt", lastAt),
    ...(usedMs === undefined ? {} : { usedMs, usedShare: Math.round((usedShare ?? 0) * 1_000) / 1_000 }),
  };
}

const unused = ({ lastAskedAt, lastUsedAt, ...rest }: Unused) => ({
  ...rest,
  ...time("lastAskedAt", lastAskedAt),
  ...time("lastUsedAt", lastUsedAt),
});

/** What was found, for a program: times as ISO 8601 in UTC. */
export function insightsJson(insights: UsageInsights): string {
  const { period, first, newest, asks, grants, kinds, least, proposals, unusedDays, idle } = insights;
  const told = {
    period: { from: iso(period.from), until: iso(period.until) },
    record: { first: iso(first), newest: iso(newest) },
    ...{ asks, least, unusedDays },
    kinds: kinds.map(({ since, ...kind }) => ({ ...kind, ...time("callsSince", since) })),
    proposals: proposals.map(({ proposal: { evidence, ...proposal }, change }) => ({
      ...proposal,
      evidence: { ...evidence, from: iso(evidence.from), until: iso(evidence.until) },
      change,
    })),
    idle: {
      agents: idle.agents.map(unused),
      resources: idle.resources.map(unused),
      permissions: idle.permissions.map(unused),
      notes: idle.notes,
    },
    grants: grants.map(grant),
  };
  return `${JSON.stringify(told, null, 2)}\n`;
}
