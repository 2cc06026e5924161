import type { KindName } from "../../../functions/core/kinds/names.ts";
import type { PolicyFolder } from "../../../functions/core/policy/files/folder.ts";
import { type Loaded, loadWithCases } from "../../../functions/core/policy/files/with-cases.ts";
import type { Period } from "../record/period.ts";
import { type Change, changeFor, type NoChange } from "./change/change.ts";
import { type GrantUse, importedSince, isActivated, useOf } from "./grant-use.ts";
import { groupsOf, LEAST, type Least } from "./groups.ts";
import { catalogueOf } from "./place.ts";
import { type Proposal, proposalsFor } from "./propose.ts";
import type { Stories } from "./story.ts";
import { type Idle, idleSince } from "./unused.ts";

/** A smaller ask, with the change of the policy that would make it the rule, or why there is none. */
export type Proposed = { proposal: Proposal; change: Change | NoChange };

/** What agents used of what they were granted. Times in epoch ms. */
export type UsageInsights = {
  period: Period;
  /** The first and the newest moment that is on record. */
  first: number;
  newest: number;
  asks: number;
  /** Each grant that became active, by the time of asking. */
  grants: GrantUse[];
  /** Kinds of which there were grants, and since when calls of them are on record; absent where none is. */
  kinds: { kind: KindName; grants: number; since?: number }[];
  least: Least;
  proposals: Proposed[];
  unusedDays: number;
  idle: Idle;
};

type Asked = {
  stories: Stories;
  period: Period;
  folder: PolicyFolder;
  least?: Least;
  unusedDays: number;
};

const DAY_MS = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

function idleOf(
  { period, unusedDays, stories: { first, stories } }: Asked,
  { deps }: Loaded,
  uses: GrantUse[],
): Idle {
  const before = period.until - unusedDays * DAY_MS;
  if (first > before || period.from > before) {
    const since = dayOf(Math.max(first, period.from));
    const note = `What nobody has used for ${unusedDays} days cannot be told: what was read begins on ${since}.`;
    return { agents: [], resources: [], permissions: [], notes: [note] };
  }
  const asked = stories.map(({ grant }) => grant);
  return idleSince(deps, { asked, uses }, { before });
}

/** All that the record and the policy tell of use. Pure but for the folder, which it reads. */
export function usageInsights(asked: Asked): UsageInsights {
  const { stories, period, folder, least = LEAST, unusedDays } = asked;
  const before = loadWithCases(folder);
  const grants = stories.stories.map(({ grant }) => grant);
  const { resources } = catalogueOf(before.deps.catalogue, grants);
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  const imported = importedSince(stories.stories, (id) => byId.get(id)?.kind);
  const used = stories.stories.filter(isActivated).map((story) => {
    const resource = byId.get(story.grant.resource);
    const isSame = resource?.arn === story.grant.resourceArn;
    const known = { resource: isSame ? resource : undefined, imported, newest: stories.newest };
    return { story, use: useOf(story, known) };
  });
  const groups = groupsOf(used);
  const agentOf = ({ agent, resource }: Proposal) =>
    agent ?? groups.find((group) => group.resource === resource)?.agent ?? "";
  const proposals = proposalsFor(groups, resources, least);
  const uses = used.map(({ use }) => use);
  const kinds = new Map<KindName, number>();
  for (const { grant } of uses) {
    const kind = byId.get(grant.resource)?.kind;
    if (kind && !grant.masked) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return {
    ...{ period, first: stories.first, newest: stories.newest, asks: stories.stories.length },
    ...{ grants: uses, least, unusedDays },
    kinds: [...kinds].sort().map(([kind, count]) => {
      const since = imported.get(kind);
      return { kind, grants: count, ...(since === undefined ? {} : { since }) };
    }),
    proposals: proposals.map((proposal) => ({
      proposal,
      change: changeFor({ folder, before, agentOf }, proposal),
    })),
    idle: idleOf(asked, before, uses),
  };
}
