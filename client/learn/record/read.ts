import type { AuditEvent, SealedEvent } from "../../../functions/core/audit/event.ts";
import { type EventProblem, readEvent } from "../../../functions/core/audit/read-event.ts";
import type { EventType } from "../../../functions/core/audit/registry.ts";
import type { ParquetFile } from "../../../functions/core/audit/verify/parquet/read.ts";
import type { Source } from "../../../functions/core/audit/verify/source.ts";
import { sha256Hex } from "../../../functions/core/canonical.ts";
import { epochMs } from "../../../functions/core/time.ts";
import { CliError, exitCodes } from "../../exit.ts";
import { chainsOf } from "./chains.ts";
import { cannotTell, fileIn, filesOf, tampered } from "./files.ts";
import type { RecordedGrant } from "./grant.ts";
import { grantFrom, moveFrom } from "./grant-from.ts";
import type { Period } from "./period.ts";

/** How far the reading is, for a bar. */
export type Read = (step: { done: number; total: number }) => void;
type Wanted = { period?: Period | undefined; only?: EventType; read?: Read };

const WORDS: Record<EventProblem, string> = {
  wrong_hash: "its body does not match its hash",
  not_json: "its body is not JSON",
  unknown_version: "made by a later release: use that release's latchkey",
  not_an_event: "made by a later release, or by nobody's: use that release's latchkey",
  not_canonical: "its body is not canonical",
  wrong_place: "its id does not say where it belongs",
};

const noEvent = (place: string, problem: EventProblem): CliError =>
  cannotTell(place, `it is no event that can be read (${problem}: ${WORDS[problem]})`);

// Keys of canonical JSON are in order and quotes within texts escaped: only an event of the type has this text.
// https://www.rfc-editor.org/rfc/rfc8785#section-3.2
const isOf = (body: string, type: EventType): boolean => body.includes(`,"type":"${type}",`);
const isOfThisVersion = (body: string): boolean => body.endsWith(',"v":1}');

/** An event as `readEvent` reads it; undefined for one whose type is not wanted, of which no more is read than its hash. */
function eventOf(place: string, body: unknown, hash: unknown, only?: EventType): SealedEvent | undefined {
  const text = typeof body === "string" ? body : "";
  const sum = typeof hash === "string" ? hash : "";
  if (only && !isOf(text, only) && isOfThisVersion(text)) {
    if (sha256Hex(text) !== sum) throw noEvent(place, "wrong_hash");
    return undefined;
  }
  const read = readEvent(text, sum);
  if (!read.ok) throw noEvent(place, read.problem);
  return read.sealed;
}

const isWithin = ({ time }: AuditEvent, { from, until }: Period): boolean => {
  const at = epochMs(time);
  return from <= at && at < until;
};

/** A row of the record as it is kept, and where it was found. */
type Row = { place: string; body: unknown; hash: unknown };

function* rowsOf(key: string, file: ParquetFile): Generator<Row> {
  const values = (name: string) => file.columns.find((column) => column.name === name)?.values;
  const [bodies, hashes] = [values("body"), values("hash")];
  for (let row = 0; row < file.rows; row += 1)
    yield { place: `${key}, row ${row + 1}`, body: bodies?.[row], hash: hashes?.[row] };
}

/** The events in rows that are wanted, as often as they are there. Throws at the first row that is none. */
function* sealedIn(rows: Iterable<Row>, { period, only }: Wanted): Generator<[SealedEvent, string]> {
  for (const { place, body, hash } of rows) {
    const sealed = eventOf(place, body, hash, only);
    if (!sealed || (only && sealed.event.type !== only)) continue;
    if (!period || isWithin(sealed.event, period)) yield [sealed, place];
  }
}

/** Says of each event whether it is new: each counts once. Throws where two copies differ. */
export function once(): (event: { id: string; hash: string }, place: string) => boolean {
  const seen = new Map<string, string>();
  return ({ id, hash }, place) => {
    const before = seen.get(id);
    if (before !== undefined && before !== hash) throw tampered(place, id);
    seen.set(id, hash);
    return before === undefined;
  };
}

const COLUMNS = ["body", "hash"];

/** Every event of a record, or those of a period or type: each once, sealed. Throws at the first thing that is none. */
export async function* sealedEvents(source: Source, wanted: Wanted = {}): AsyncGenerator<SealedEvent> {
  const isNew = once();
  const part = { of: "events", columns: COLUMNS, period: wanted.period } as const;
  for await (const each of filesOf(source, part)) {
    wanted.read?.(each);
    for (const [sealed, place] of sealedIn(rowsOf(each.key, each.file), wanted))
      if (isNew({ id: sealed.event.id, hash: sealed.hash }, place)) yield sealed;
  }
}

/**
 * One event after the other, each once (by id), checked by readEvent; order is that of days and files, not of time. Throws
 * at the end where moves of a grant are missing between others.
 */
export async function* recordedEvents(
  source: Source,
  period: Period,
  read?: Read,
): AsyncGenerator<AuditEvent> {
  const chains = chainsOf(period);
  for await (const { event } of sealedEvents(source, { period, ...(read ? { read } : {}) })) {
    chains.saw(event);
    yield event;
  }
  chains.check();
}

/** A part of the record that is worked on as one: an object of it, or rows that Athena gave. */
export type Piece = { key: string } & ({ bytes: Uint8Array } | { rows: Row[] });
export type FoundAsk = { id: string; hash: string; place: string; grant: RecordedGrant };

/** What was asked for in a period, in one piece of the record: as often as it is there (`once`). */
export function* asksIn(piece: Piece, period: Period): Generator<FoundAsk> {
  const rows = "rows" in piece ? piece.rows : rowsOf(piece.key, fileIn(piece.key, piece.bytes, COLUMNS));
  for (const [{ event, hash }, place] of sealedIn(rows, { period, only: "grant.requested" }))
    yield { id: event.id, hash, place, grant: grantFrom(event) };
}

/** What agents asked for in a period, as it was decided then: each ask as a grant whose only move is the ask. */
export async function* recordedAsks(
  source: Source,
  period: Period,
  read?: Read,
): AsyncGenerator<RecordedGrant> {
  const wanted = { period, only: "grant.requested", ...(read ? { read } : {}) } as const;
  for await (const { event } of sealedEvents(source, wanted)) yield grantFrom(event);
}

/** Says that there is nothing in a period, before a page or a list would look as if all were well. */
export const nothingAsked = (period: string, instead = "another period with --since"): CliError =>
  new CliError(`The record has no ask ${period}: name ${instead}.`, exitCodes.not_found);

/** Of these events, what was asked within a period, with all moves that are among them. */
export async function grantsIn(events: AsyncIterable<AuditEvent>, period: Period): Promise<RecordedGrant[]> {
  const asked = new Map<string, RecordedGrant>();
  const moved = new Map<string, AuditEvent[]>();
  for await (const event of events) {
    if (!event.grant || !event.chain) continue;
    if (event.type !== "grant.requested") {
      moved.set(event.grant, [...(moved.get(event.grant) ?? []), event]);
      continue;
    }
    if (isWithin(event, period)) asked.set(event.grant, grantFrom(event));
  }
  const grants = [...asked.values()].map((grant) => ({
    ...grant,
    moves: [...grant.moves, ...(moved.get(grant.id) ?? []).map(moveFrom)].sort(
      (one, other) => one.sequence - other.sequence,
    ),
  }));
  return grants.sort((one, other) => one.askedAt - other.askedAt || (one.id < other.id ? -1 : 1));
}

/** A period and all that came after it: grants go on after they were asked for. */
export const onwards = ({ from }: Period): Period => ({ from, until: Number.MAX_SAFE_INTEGER });

/** What was asked within a period, with all moves up to now, in order. By the time of asking, then by id. */
export const recordedGrants = (source: Source, period: Period, read?: Read): Promise<RecordedGrant[]> =>
  grantsIn(recordedEvents(source, onwards(period), read), period);
