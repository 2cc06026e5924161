import type { AuditEvent } from "../../../functions/core/audit/event.ts";
import type { EventType } from "../../../functions/core/audit/registry.ts";
import type { Source } from "../../../functions/core/audit/verify/source.ts";
import { epochMs } from "../../../functions/core/time.ts";
import type { RecordedGrant } from "../record/grant.ts";
import type { Period } from "../record/period.ts";
import { grantsIn, onwards, type Read, recordedEvents } from "../record/read.ts";

/** What is on record beside a grant's own moves: who was mailed, what was collected, red flags. */
type Beside = { type: EventType; at: number; by: string; stage?: number; people: string[] };
/** A grant with all that is told of it. */
export type Told = RecordedGrant & { beside: Beside[] };

const besideOf = ({ type, time, actor, facts }: AuditEvent): Beside => ({
  type,
  at: epochMs(time),
  by: actor.id,
  people: facts.people?.split(",").filter(Boolean) ?? [],
  ...(facts.stage === undefined ? {} : { stage: facts.stage }),
});

/** Of these events, what was asked within a period, with everything that is told of it. */
export async function toldIn(events: AsyncIterable<AuditEvent>, period: Period): Promise<Told[]> {
  const beside = new Map<string, Beside[]>();
  async function* passing(): AsyncGenerator<AuditEvent> {
    for await (const event of events) {
      if (event.grant !== undefined && event.chain === undefined)
        beside.set(event.grant, [...(beside.get(event.grant) ?? []), besideOf(event)]);
      yield event;
    }
  }
  const grants = await grantsIn(passing(), period);
  return grants.map((grant) => ({
    ...grant,
    beside: (beside.get(grant.id) ?? []).sort((one, other) => one.at - other.at),
  }));
}

/** What was asked within a period, with everything that is told of it up to now. */
export const readTold = (source: Source, period: Period, read?: Read): Promise<Told[]> =>
  toldIn(recordedEvents(source, onwards(period), read), period);

const USE: readonly EventType[] = ["credentials.collected", "data.read", "permit.redeemed"];

/** True when what was granted was taken: a session or rows were collected, or a permit was redeemed. */
export const wasUsed = ({ beside }: Told): boolean => beside.some(({ type }) => USE.includes(type));

/** True when something was there to be used: what was granted was minted. */
export const wasGranted = ({ moves }: RecordedGrant): boolean =>
  moves.some(({ type }) => type === "grant.activated");

const QUIET: readonly string[] = [
  ...["grant.requested", "grant.stage_approved", "grant.approved", "grant.rejected", "grant.expired"],
  ...["grant.attempt_claimed", "grant.activated", "grant.rotated", "grant.rotation_failed", "grant.failed"],
  ...["grant.ended", "grant.revoked", "approval.asked", "mail.bounced", "attempt.lost", ...USE],
];
/** An agent gives back what it has, or takes back what it asked. */
const GIVEN_BACK: readonly string[] = ["grant.revoking", "grant.cancelled"];

/** True when nobody stopped it and no flag was raised about it: only what is known to be ordinary is. */
export const wentQuietly = ({ moves, beside }: Told): boolean =>
  moves.every(
    ({ type, code }) => QUIET.includes(type) || (GIVEN_BACK.includes(type) && code === "released"),
  ) && beside.every(({ type }) => QUIET.includes(type));
