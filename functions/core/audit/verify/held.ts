import { canonicalJson } from "../../canonical.ts";
import { openStatement, type PublicKey, type Statement, statementHash } from "../digest.ts";
import type { Notebook } from "./finding.ts";

/** A digest that somebody kept elsewhere: all of its statement by its JWS, or no more than its hash. */
export type Held = { hash: string; statement?: Statement };
export type ReadHeld =
  | { ok: true; held: Held }
  | { ok: false; why: "unknown_key" | "not_a_digest"; says: string };

const HASH = /^(?:sha256:)?([0-9a-f]{64})$/;
const JWS = /[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{86}(?![A-Za-z0-9_-])/;

const jwsIn = (text: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "jws" in value) return String(value.jws);
  } catch {
    // Then it is a JWS, or a mail with one in it.
  }
  // Mail programs break long lines.
  return JWS.exec(text)?.[0] ?? JWS.exec(text.replace(/=?\r?\n/g, ""))?.[0];
};

/** Reads what was held elsewhere: a digest file, a compact JWS (or a text with one in it), `sha256:…` of a statement. */
export function readHeld(text: string, keys: readonly PublicKey[]): ReadHeld {
  const hash = HASH.exec(text.trim())?.[1];
  if (hash) return { ok: true, held: { hash } };
  const jws = jwsIn(text);
  if (!jws) return { ok: false, why: "not_a_digest", says: "What was held elsewhere is no digest." };
  const opened = openStatement(jws, keys);
  if (opened.ok)
    return { ok: true, held: { hash: statementHash(opened.statement), statement: opened.statement } };
  if (opened.why === "unknown_key")
    return {
      ok: false,
      why: "unknown_key",
      says: `What was held elsewhere is signed by key ${opened.kid}, which was not given.`,
    };
  return {
    ok: false,
    why: "not_a_digest",
    says: "What was held elsewhere is no digest, or its signature does not fit.",
  };
}

/**
 * What is held elsewhere must be one of the digests that are here. That is what finds a record that was rolled back as a
 * whole, which nothing inside it can show (I-50).
 */
export function checkHeld(
  held: Held,
  here: readonly { hash: string; statement: Statement }[],
  notes: Notebook,
): void {
  if (here.some(({ hash }) => hash === held.hash)) return;
  const { statement } = held;
  const expected = `digest with statement sha256:${held.hash}`;
  const last = here.at(-1)?.statement;
  if (!statement || !last) {
    const says =
      "The digest that is held elsewhere is not here: the record was cut off, rolled back or made anew.";
    notes.tell("held_missing", { says, place: {}, expected });
    return;
  }
  const place = { digest: statement.number };
  if (statement.record !== last.record)
    notes.tell("held_other_record", {
      says: "The digest that is held elsewhere is of another record.",
      place,
      expected: statement.record,
      found: last.record,
    });
  else if (statement.number > last.number)
    notes.tell("held_missing", {
      says: `The record was cut off: digest ${statement.number} is held elsewhere, and here the last one is ${last.number}.`,
      place,
      expected,
    });
  else {
    const other = here.find((each) => each.statement.number === statement.number);
    const found = other ? canonicalJson(other.statement) : "none";
    const says = `Digest ${statement.number} is held elsewhere, and the one that is here is another.`;
    notes.tell(other ? "held_differs" : "held_missing", {
      says,
      place,
      expected: canonicalJson(statement),
      found,
    });
  }
}
