import type { AuditEvent } from "../../../functions/core/audit/event.ts";
import type { Source } from "../../../functions/core/audit/verify/source.ts";
import { epochMs } from "../../../functions/core/time.ts";
import type { Move, RecordedGrant } from "../record/grant.ts";
import { grantFrom, moveFrom } from "../record/grant-from.ts";
import type { Period } from "../record/period.ts";
import { type Read, recordedEvents } from "../record/read.ts";
import { recordedUse, type UsedCall } from "../record/use.ts";
import { isRefused, needsNothing } from "./asked-of-iam.ts";

/** Calls of one grant that are the same but for their time: how many, and when. */
export type Calls = { call: UsedCall; count: number; first: number; last: number };
/** A page of masked rows: of which columns; absent where whole rows were asked for. */
type MaskedRead = { at: number; rows: number; columns?: string[] };

/** A grant with all that was done with it. Times in epoch ms. */
export type Story = {
  grant: RecordedGrant;
  /** When its session was first collected, and its permit redeemed. */
  collectedAt?: number;
  redeemedAt?: number;
  reads: MaskedRead[];
  /** What was not refused, and what was. */
  calls: Calls[];
  refused: Calls[];
};

/** What is known of a period: its grants, and from when to when anything is on record. */
export type Stories = {
  stories: Story[];
  first: number;
  newest: number;
};

/** What is known of a grant besides its ask, as it comes: events are not kept, of a year they would be gigabytes. */
type Kept = {
  moves: Move[];
  collectedAt?: number;
  redeemedAt?: number;
  reads: MaskedRead[];
  calls: Map<string, Calls>;
};

const earlier = (one: number | undefined, other: number): number => Math.min(one ?? other, other);

function keep(kept: Kept, event: AuditEvent, at: number): void {
  const { rows = 0, columns = "*" } = event.facts;
  if (event.chain) kept.moves.push(moveFrom(event));
  else if (event.type === "credentials.collected") kept.collectedAt = earlier(kept.collectedAt, at);
  else if (event.type === "permit.redeemed") kept.redeemedAt = earlier(kept.redeemedAt, at);
  else if (event.type === "data.read")
    kept.reads.push({ at, rows, ...(columns === "*" ? {} : { columns: columns.split(",") }) });
}

function count(calls: Map<string, Calls>, call: UsedCall): void {
  const { id: _id, at, ...same } = call;
  const key = JSON.stringify(same);
  const known = calls.get(key);
  if (!known) calls.set(key, { call, count: 1, first: at, last: at });
  else {
    known.count += 1;
    known.first = Math.min(known.first, at);
    known.last = Math.max(known.last, at);
  }
}

function storyOf(grant: RecordedGrant, { moves, calls, ...kept }: Kept): Story {
  const made = [...calls.values()];
  return {
    grant: {
      ...grant,
      moves: [...grant.moves, ...moves].sort((one, other) => one.sequence - other.sequence),
    },
    ...kept,
    calls: made.filter(({ call }) => !isRefused(call)),
    refused: made.filter(({ call }) => isRefused(call)),
  };
}

/** Gathers events and calls into stories, in any order. */
function gatherStories(period: Period) {
  const asked = new Map<string, RecordedGrant>();
  const kept = new Map<string, Kept>();
  let [first, newest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const seen = (at: number): void => {
    first = Math.min(first, at);
    newest = Math.max(newest, at);
  };
  const of = (grant: string): Kept => {
    const found = kept.get(grant) ?? { moves: [], reads: [], calls: new Map() };
    kept.set(grant, found);
    return found;
  };
  return {
    event(event: AuditEvent): void {
      const at = epochMs(event.time);
      seen(at);
      const { grant } = event;
      if (!grant) return;
      if (event.type !== "grant.requested") keep(of(grant), event, at);
      else if (period.from <= at && at < period.until) asked.set(grant, grantFrom(event));
    },
    call(call: UsedCall): void {
      seen(call.at);
      if (call.grant && !needsNothing(call)) count(of(call.grant).calls, call);
    },
    told: (): Stories => ({
      stories: [...asked.values()]
        .map((grant) => storyOf(grant, of(grant.id)))
        .sort((a, b) => a.grant.askedAt - b.grant.askedAt || (a.grant.id < b.grant.id ? -1 : 1)),
      ...{ first, newest },
    }),
  };
}

/** Reads what was asked in a period, and all that was done with it since. */
export async function readStories(source: Source, period: Period, read?: Read): Promise<Stories> {
  const gathered = gatherStories(period);
  const since = { from: period.from, until: Number.MAX_SAFE_INTEGER };
  for await (const event of recordedEvents(source, since, read)) gathered.event(event);
  for await (const call of recordedUse(source, since, read)) gathered.call(call);
  return gathered.told();
}
