import type { AuditEvent } from "../../../functions/core/audit/event.ts";
import { epochMs } from "../../../functions/core/time.ts";
import type { RecordedGrant } from "../record/grant.ts";
import { grantFrom, moveFrom } from "../record/grant-from.ts";
import type { Period } from "../record/period.ts";

/**
 * Nine stages of a week each is the longest that people may be asked about one grant: a word of this month may be about an
 * ask of so long ago.
 */
export const LOOK_BACK_MS = 64 * 86_400_000;

/** When people of a stage were first mailed, by grant and stage. */
type Opened = Map<string, number>;
const stageKey = (grant: string, stage: number | undefined): string => `${grant} ${stage ?? ""}`;

/** What one person said to one stage of one grant. */
export type Word = {
  grant: RecordedGrant;
  person: string;
  said: "yes" | "no";
  stage: number;
  group: string;
  at: number;
  /** Since they were asked, in milliseconds. */
  tookMs: number;
  signed: boolean;
  comment?: string;
};

/** What a record tells of a month. */
export type Gathered = {
  /** Asked in the month, with all their moves up to now. */
  asked: RecordedGrant[];
  /** Of any grant that the record read has, for what is joined by its id. */
  grants: ReadonlyMap<string, RecordedGrant>;
  words: Word[];
  /** Pages of masked rows. */
  reads: AuditEvent[];
  /** Policies, people and identities that came or went. */
  acts: AuditEvent[];
  flags: AuditEvent[];
};

const ACTS: readonly string[] = [
  ...["policy.changed", "person.added", "person.removed", "agent.pinned", "performer.pinned"],
];
const SAID: Readonly<Record<string, Word["said"]>> = {
  "grant.stage_approved": "yes",
  "grant.approved": "yes",
  "grant.rejected": "no",
};

const isIn = (at: number, { from, until }: Period): boolean => from <= at && at < until;

/** The words of people on a grant. Somebody was asked when their stage was mailed, or else when the move before was made. */
function wordsOn(grant: RecordedGrant, opened: Opened): Word[] {
  return grant.moves.flatMap((move, index) => {
    const said = SAID[move.type];
    if (!said || move.actor.type !== "person") return [];
    const before = grant.moves[index - 1]?.at ?? grant.askedAt;
    const askedAt = opened.get(stageKey(grant.id, move.stage)) ?? before;
    const { stage = 0, group = "", at, reason } = move;
    return {
      ...{ grant, said, stage, group, at },
      person: move.actor.id,
      tookMs: Math.max(0, at - askedAt),
      signed: move.channel === "signed",
      ...(reason ? { comment: reason } : {}),
    };
  });
}

/** Reads a record's events, in any order, for a month. `events`: of the month, of what came before it and after. */
export async function gatherMonth(
  events: AsyncIterable<AuditEvent> | Iterable<AuditEvent>,
  month: Period,
): Promise<Gathered> {
  const first = new Map<string, AuditEvent>();
  const later = new Map<string, AuditEvent[]>();
  const opened: Opened = new Map();
  const beside = { reads: [] as AuditEvent[], acts: [] as AuditEvent[], flags: [] as AuditEvent[] };
  for await (const event of events) {
    const { grant, type, chain, facts } = event;
    const at = epochMs(event.time);
    if (type === "grant.requested" && grant) first.set(grant, event);
    else if (grant && chain) later.set(grant, [...(later.get(grant) ?? []), event]);
    else if (type === "approval.asked" && grant) {
      const key = stageKey(grant, facts.stage);
      opened.set(key, Math.min(at, opened.get(key) ?? at));
    }
    if (!isIn(at, month)) continue;
    if (type === "data.read") beside.reads.push(event);
    else if (type === "flag.raised") beside.flags.push(event);
    else if (ACTS.includes(type)) beside.acts.push(event);
  }
  const grants = [...first].map(([id, event]) => {
    const moves = [...grantFrom(event).moves, ...(later.get(id) ?? []).map(moveFrom)];
    return { ...grantFrom(event), moves: moves.sort((one, other) => one.sequence - other.sequence) };
  });
  grants.sort((one, other) => one.askedAt - other.askedAt || (one.id < other.id ? -1 : 1));
  const byTime = (one: AuditEvent, other: AuditEvent) => epochMs(one.time) - epochMs(other.time);
  for (const list of Object.values(beside)) list.sort(byTime);
  return {
    asked: grants.filter(({ askedAt }) => isIn(askedAt, month)),
    grants: new Map(grants.map((grant) => [grant.id, grant])),
    words: grants
      .flatMap((grant) => wordsOn(grant, opened))
      .filter(({ at }) => isIn(at, month))
      .sort((one, other) => one.at - other.at),
    ...beside,
  };
}
