import { createHash } from "node:crypto";
import type { SealedEvent } from "../event.ts";
import type { Notebook, Place } from "./finding.ts";
import type { Signed } from "./listing.ts";
import { areaOf, dayOf, eventsKey } from "./names.ts";
import { readParquet } from "./parquet/read.ts";
import { eventsOfRows } from "./rows.ts";
import type { Limits, Source } from "./source.ts";

type Read = Awaited<ReturnType<Source["read"]>>;
type Told = { notes: Notebook; limits: Limits };
const count = (bytes: number): string => `${bytes} bytes`;

/** The bytes of an object, or nothing, and then it is told why. */
export function bytesOf(read: Read, place: Place, notes: Notebook): Uint8Array | undefined {
  if (typeof read !== "string") return read;
  if (read === "missing") notes.tell("object_missing", { says: "It is missing.", place });
  else if (read === "too_large")
    notes.tell("object_too_large", { says: "It is larger than anything that the exporter writes.", place });
  else notes.tell("object_unread", { says: "It could not be read.", place });
  return undefined;
}

/** Compares an object with what was signed of it. False, and told, when it is another. */
export function isAsSigned(
  bytes: Uint8Array,
  sha256: string,
  signed: readonly Signed[],
  told: { key: string; notes: Notebook },
): boolean {
  if (signed.some((one) => one.sha256 === sha256 && one.bytes === bytes.length)) return true;
  const [one] = signed;
  told.notes.tell("object_changed", {
    says: `It is not what digest ${one?.digest} signed.`,
    place: { key: told.key, ...(one ? { digest: one.digest } : {}) },
    expected: one ? `${one.sha256}, ${count(one.bytes)}` : "nothing",
    found: `${sha256}, ${count(bytes.length)}`,
  });
  return false;
}

/** An object's events, as far as they can be read; what is wrong with the object is told on the way. */
export function* eventsIn(
  key: string,
  bytes: Uint8Array,
  sha256: string,
  { notes, limits }: Told,
): Generator<{ sealed: SealedEvent; place: Place }> {
  const misnamed = (expected?: string): void =>
    notes.tell("object_misnamed", {
      says: "Its name does not tell what is in it.",
      place: { key },
      ...(expected === undefined ? {} : { expected }),
      found: key,
    });
  const isNamedByHash = key.endsWith(`-${sha256}.parquet`);
  const file = readParquet(bytes, { rows: limits.rows, unpackedBytes: limits.unpackedBytes });
  if (!file.ok) {
    // Other bytes than its name says are no format that is not known yet, whatever they read as.
    if (!isNamedByHash) misnamed();
    const code = {
      damaged: "object_damaged",
      unsupported: "object_unknown_format",
      too_large: "object_too_large",
    } as const;
    notes.tell(code[file.trouble], {
      says: `It is no Parquet file of the record: ${file.why}.`,
      place: { key },
    });
    return;
  }
  const day = dayOf(key) ?? "";
  let [first, last, unread] = ["", "", false];
  for (const row of eventsOfRows(file, key, notes)) {
    unread ||= row === undefined;
    if (!row) continue;
    const { event } = row.sealed;
    if (event.time.slice(0, 10) !== day)
      notes.tell("wrong_day", {
        says: "It is not of the day that its object is of.",
        place: row.place,
        expected: day,
        found: event.time,
      });
    first ||= event.id;
    last = event.id;
    yield row;
  }
  const expected = eventsKey(day, first, last, sha256);
  // Without all of its rows the first and the last are not known.
  if (!isNamedByHash || (key !== expected && !unread)) misnamed(unread ? undefined : expected);
}

/** What is checked of an object that holds no events. */
export function checkOther(key: string, sha256: string, notes: Notebook): void {
  if (areaOf(key) !== "quarantine") return;
  const expected = `quarantine/dt=${dayOf(key)}/${sha256}.json`;
  if (key !== expected)
    notes.tell("object_misnamed", {
      says: "Its name does not tell what is in it.",
      place: { key },
      expected,
    });
  notes.tell("quarantined", {
    says: "It holds a record that the exporter could not read as an event.",
    place: { key },
  });
}

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
