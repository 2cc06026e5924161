import type { Resource } from "../../../functions/core/catalogue.ts";
import type { AccessName, KindName } from "../../../functions/core/kinds/names.ts";
import { aboutKind } from "../../../functions/core/kinds/registry.ts";
import type { RecordedGrant } from "../record/grant.ts";
import { askedOfIam } from "./asked-of-iam.ts";
import { leastOf, mostOf } from "./extremes.ts";
import { fewerAccess } from "./fewer.ts";
import { type Part, partOf } from "./part.ts";
import type { Story } from "./story.ts";

/** CloudTrail has a call within minutes, and no time is promised. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html */
const DELIVERY_MS = 3_600_000;
/** CloudTrail tells whole seconds, cut off. */
const SECOND_MS = 1_000;

/**
 * Whether a grant was used. `never_*` are said where the record itself shows it: no session was ever collected, no masked
 * row read, no permit redeemed; `never_called` where CloudTrail told of other calls of this kind before and since.
 */
export type Verdict =
  | "used"
  | "never_collected"
  | "never_called"
  | "only_refused"
  | "never_read"
  | "never_redeemed"
  | "cannot_tell";
/** Why nothing can be said of one: no call of this kind is in the record at all, or none yet when it was live; it is too young; its resource is not in the catalogue, or has another ARN now. */
export type Doubt = "not_imported" | "not_yet_imported" | "too_young" | "not_in_catalogue";

/** What one grant was used for. Times in epoch ms. */
export type GrantUse = {
  grant: RecordedGrant;
  startsAt: number;
  endsAt: number;
  verdict: Verdict;
  doubt?: Doubt;
  /** Calls, pages of masked rows, or redemptions; and calls that were refused. */
  uses: number;
  refused: number;
  firstAt?: number;
  lastAt?: number;
  /** From the window's start to the last use, and as a share of the window asked for. */
  usedMs?: number;
  usedShare?: number;
  /** Ended by somebody or something else than its agent or its time: what it would still have done nobody knows. */
  stopped: boolean;
  /** A call was refused at or after the end: it wanted more time. */
  wantedMore: boolean;
  /** The part of what was granted that all calls lie in, where they tell. */
  part?: Part;
  /** Of masked reads, where each named them. */
  columns?: string[];
  /** An access that asks for less and would have let each call pass. */
  fewer?: AccessName;
};

/** From when on CloudTrail told of calls of a kind with minted sessions; a kind that is not here it never told of. */
export type Imported = ReadonlyMap<string, number>;

/** Times at which a session is over by another hand than its own. */
const isStop = ({ type, code }: { type: string; code?: string | undefined }): boolean =>
  (type === "grant.revoking" || type === "grant.denied" || type === "grant.failed") && code !== "released";

export const isActivated = ({ grant }: Story): boolean =>
  grant.moves.some(({ type, startsAt, endsAt }) => type === "grant.activated" && startsAt && endsAt);

type Known = { resource: Resource | undefined; imported: Imported; newest: number };

function verdictOf(story: Story, endsAt: number, { resource, imported, newest }: Known) {
  const { grant, collectedAt, redeemedAt, reads, calls, refused } = story;
  if (grant.access === "perform")
    return { verdict: redeemedAt === undefined ? ("never_redeemed" as const) : ("used" as const) };
  if (grant.masked) return { verdict: reads.length > 0 ? ("used" as const) : ("never_read" as const) };
  if (calls.length > 0) return { verdict: "used" as const };
  if (collectedAt === undefined) return { verdict: "never_collected" as const };
  if (refused.length > 0) return { verdict: "only_refused" as const };
  const doubt = ((): Doubt | undefined => {
    if (!resource) return "not_in_catalogue";
    const since = imported.get(resource.kind);
    if (since === undefined) return "not_imported";
    if (grant.askedAt < since) return "not_yet_imported";
    return endsAt + DELIVERY_MS > newest ? "too_young" : undefined;
  })();
  return doubt ? { verdict: "cannot_tell" as const, doubt } : { verdict: "never_called" as const };
}

function timesOf({ grant, reads, calls, redeemedAt }: Story) {
  if (grant.access === "perform") return redeemedAt === undefined ? [] : [redeemedAt];
  if (grant.masked) return reads.map(({ at }) => at);
  return calls.flatMap(({ first, last }) => [first, last + SECOND_MS]);
}

/** Judges a grant that became active. `resource` as it is deployed, where the catalogue still has it. */
export function useOf(story: Story, known: Known): GrantUse {
  const { grant, reads, calls, refused } = story;
  const activated = grant.moves.find(({ type }) => type === "grant.activated");
  const startsAt = activated?.startsAt ?? grant.askedAt;
  const endsAt = activated?.endsAt ?? startsAt + grant.windowSeconds * 1_000;
  const times = timesOf(story);
  const [firstAt, lastAt] = [leastOf(times), mostOf(times)];
  const usedMs = Math.max(0, lastAt - startsAt);
  const columns = reads.some((read) => !read.columns)
    ? undefined
    : [...new Set(reads.flatMap((read) => read.columns ?? []))].sort();
  const { resource } = known;
  const isSession = !grant.masked && grant.access !== "perform";
  const part = resource && isSession ? partOf(resource, grant, calls) : undefined;
  const fewer = resource && isSession ? fewerAccess(resource, grant, calls) : undefined;
  return {
    ...{ grant, startsAt, endsAt, ...verdictOf(story, endsAt, known) },
    uses: isSession ? calls.reduce((sum, { count }) => sum + count, 0) : times.length,
    refused: refused.reduce((sum, { count }) => sum + count, 0),
    ...(times.length > 0
      ? { firstAt, lastAt, usedMs, usedShare: usedMs / (grant.windowSeconds * 1_000) }
      : {}),
    stopped: grant.moves.some(isStop),
    wantedMore: refused.some(({ last }) => last + SECOND_MS >= endsAt),
    ...(part ? { part } : {}),
    ...(grant.masked && columns && columns.length > 0 ? { columns } : {}),
    ...(fewer ? { fewer } : {}),
  };
}

/** From when on the record has calls of each kind: by the first call of a session that its resource is for. */
export function importedSince(
  stories: readonly Story[],
  kindOf: (resource: string) => KindName | undefined,
): Imported {
  const since = new Map<string, number>();
  for (const { grant, calls, refused } of stories) {
    const kind = kindOf(grant.resource);
    if (!kind) continue;
    const actions = Object.values(aboutKind(kind).actions).flat();
    for (const { call, first } of [...calls, ...refused])
      if (actions.includes(askedOfIam(call)?.action ?? ""))
        since.set(kind, Math.min(first, since.get(kind) ?? Number.POSITIVE_INFINITY));
  }
  return since;
}
