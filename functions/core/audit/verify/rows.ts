import { type ColumnValue, columns } from "../columns.ts";
import type { SealedEvent } from "../event.ts";
import { readEvent } from "../read-event.ts";
import type { Notebook, Place } from "./finding.ts";
import type { ParquetFile } from "./parquet/read.ts";

const byName = new Map(columns.map((column) => [column.name, column]));
const plain = (value: ColumnValue): string | number | bigint | boolean | null =>
  value instanceof Date ? value.getTime() : value;
const shown = (value: ColumnValue): string =>
  value instanceof Date ? value.toISOString() : value === null ? "nothing" : String(value).slice(0, 200);

/** True when every column of the file is one that the record has, with its type. */
function knowsColumns(file: ParquetFile, place: Place, notes: Notebook): boolean {
  const strange = file.columns.find(({ name, type }) => byName.get(name)?.type !== type);
  if (strange)
    notes.tell("unknown_column", {
      says: "It has a column that this verifier does not know.",
      place,
      found: `${strange.name} (${strange.type})`,
    });
  return !strange;
}

/** Each row as the event that it holds, or undefined where it holds none; what is wrong is told on the way. */
export function* eventsOfRows(
  file: ParquetFile,
  key: string,
  notes: Notebook,
): Generator<{ sealed: SealedEvent; place: Place } | undefined> {
  const known = knowsColumns(file, { key }, notes);
  const held = new Map(file.columns.map(({ name, values }) => [name, values]));
  const [bodies, hashes, ids] = [held.get("body"), held.get("hash"), held.get("event_id")];
  for (let index = 0; index < file.rows; index += 1) {
    const [body, hash, id] = [bodies?.[index], hashes?.[index], ids?.[index]];
    const event = typeof id === "string" ? { event: id.slice(0, 100) } : {};
    const place: Place = { key, row: index + 1, ...event };
    const read =
      typeof body === "string" && typeof hash === "string"
        ? readEvent(body, hash)
        : ({ ok: false, problem: "not_an_event" } as const);
    if (!read.ok) {
      notes.tell(read.problem, { says: eventProblems[read.problem], place });
      yield undefined;
      continue;
    }
    const { sealed } = read;
    const { grant, chain } = sealed.event;
    const where: Place = {
      ...place,
      event: sealed.event.id,
      ...(grant ? { grant } : {}),
      ...(chain ? { sequence: chain.sequence } : {}),
    };
    if (known) tellDifference(sealed, index, held, where, notes);
    yield { sealed, place: where };
  }
}

const eventProblems = {
  wrong_hash: "Its body does not hash to its hash.",
  not_json: "Its body is not JSON.",
  not_canonical: "Its body is not canonical JSON.",
  wrong_place: "Its id does not say where it belongs.",
  unknown_version: "It is an event of a version that this verifier does not know.",
  not_an_event: "It is not an event that this verifier knows.",
} as const;

/** What is not in the body, but in the registry of the release that exported it: how OCSF classes such events. */
const OF_THE_RELEASE = new Set([
  "ocsf_version",
  "category_uid",
  "class_uid",
  "activity_id",
  "type_uid",
  "severity_id",
  "status_id",
]);

/** Columns are what queries see: each must say what the body says. One that an older file lacks must have nothing to say. */
function tellDifference(
  sealed: SealedEvent,
  index: number,
  held: ReadonlyMap<string, readonly ColumnValue[]>,
  place: Place,
  notes: Notebook,
): void {
  for (const column of columns) {
    const expected = column.of(sealed.event, sealed.hash, sealed.body);
    const found = held.get(column.name)?.[index] ?? null;
    if (plain(expected) === plain(found)) continue;
    if (OF_THE_RELEASE.has(column.name)) {
      // A file of an earlier release may lack it.
      if (!held.has(column.name)) continue;
      notes.tell("class_differs", {
        says: `Its column ${column.name} is not what this release makes of the event; another release may have.`,
        place,
        expected: shown(expected),
        found: shown(found),
      });
      return;
    }
    notes.tell("column_differs", {
      says: `Its column ${column.name} does not say what its body says.`,
      place,
      expected: shown(expected),
      found: shown(found),
    });
    return;
  }
}
