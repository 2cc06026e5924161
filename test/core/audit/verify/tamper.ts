import { parquetOf } from "../../../../functions/aws/parquet.ts";
import { columns, rowOf } from "../../../../functions/core/audit/columns.ts";
import { digestFile } from "../../../../functions/core/audit/digest.ts";
import { type AuditEvent, chainEventId, type SealedEvent } from "../../../../functions/core/audit/event.ts";
import { eventsKey } from "../../../../functions/core/audit/verify/names.ts";
import { sha256Of } from "../../../../functions/core/audit/verify/objects.ts";
import { sealAsIs } from "../../../fakes/events.ts";
import { loose } from "../../../functions/export-audit/fixtures.ts";
import { type Files, headsOf, listed, makeLog, RECORD, START, signed, signer } from "./log.ts";

export const log = await makeLog({ seed: 11, grants: 10, loose: 5 });
export const other = await makeLog({ seed: 12, grants: 10, loose: 5 });
export const names = [...log.files.keys()];
export const digests = names.filter((name) => name.startsWith("digests/")).sort();
export const objects = names.filter((name) => name.startsWith("events/"));
export const get = (files: Files, name: string): Uint8Array => files.get(name) ?? new Uint8Array();
export const without = (...gone: string[]): Files =>
  new Map([...log.files].filter(([name]) => !gone.includes(name)));
export const withFile = (name: string, bytes: Uint8Array | string): Files =>
  new Map(log.files).set(name, typeof bytes === "string" ? Buffer.from(bytes) : bytes);
export const text = (name: string): string => Buffer.from(get(log.files, name)).toString("utf8");

export const covered = new Set(
  digests.flatMap((name) => digestFile.parse(JSON.parse(text(name))).objects.map(({ key }) => key)),
);

/** An object of events as the exporter names it. */
export function objectOf(events: readonly SealedEvent[], rows = events.map(rowOf)): [string, Uint8Array] {
  const bytes = parquetOf(columns, rows);
  const [first, last] = [events[0]?.event, events.at(-1)?.event];
  const day = first?.time.slice(0, 10) ?? "";
  return [eventsKey(day, first?.id ?? "", last?.id ?? "", sha256Of(bytes)), bytes];
}
/** A record of one hour, signed as it is: what a careless or a hostile exporter might have written. */
export function recordOf(entries: [string, Uint8Array][], heads = headsOf([], { from: 0, to: 0 })): Files {
  const at = { from: START, to: START + 3_600_000, madeAt: START + 4_200_000 };
  const iso = (ms: number) => new Date(ms).toISOString();
  const about = {
    record: RECORD,
    number: 1,
    previous: null,
    from: iso(at.from),
    to: iso(at.to),
    madeAt: iso(at.madeAt),
  };
  const list = entries.map(([key, bytes]) => listed(key, bytes)).sort((a, b) => (a.key < b.key ? -1 : 1));
  const digest = signed(signer, about, { objects: list, heads });
  return new Map([...entries, [digest.key, digest.bytes]]);
}
export const AT = new Date(START + 60_000).toISOString();
export const one = (id: string, facts = {}): SealedEvent => loose(id, facts, { time: AT });

export const GRANT = "k7m2qx4zabcd2345";
/** An event of the grant's chain, so many seconds after the record begins. */
export const step = (
  sequence: number,
  type: AuditEvent["type"],
  status: string,
  previous: string | null,
  seconds = sequence,
): SealedEvent =>
  sealAsIs({
    v: 1,
    id: chainEventId(GRANT, sequence),
    type,
    time: new Date(START + seconds * 1_000).toISOString(),
    actor: { type: "broker", id: "broker" },
    grant: GRANT,
    chain: { sequence, previous },
    facts: { status },
  });
const asked = step(1, "grant.requested", "APPROVED", null);
const claimed = step(2, "grant.attempt_claimed", "ACTIVATING", asked.hash);
const active = step(3, "grant.activated", "ACTIVE", claimed.hash);
const ended = step(4, "grant.ended", "ENDED", active.hash);
/** The grant's chain from its ask to its end. */
export const life = { asked, claimed, active, ended };
/** What a digest says of a chain that stands at this event. */
export const headAt = (sealed: SealedEvent) => [
  { grant: GRANT, sequence: sealed.event.chain?.sequence ?? 0, hash: sealed.hash },
];
