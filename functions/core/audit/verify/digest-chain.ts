import { epochMs } from "../../time.ts";
import { type Statement, statementHash } from "../digest.ts";
import type { Notebook } from "./finding.ts";

const HOUR_MS = 3_600_000;

/** What the digests before this one have established. `after`: unknown when the one before could not be opened. */
export type Line = { record?: string; previous?: Statement | "unknown" };

function checkHours(statement: Statement, key: string, notes: Notebook): void {
  const { from, to, madeAt, number } = statement;
  const isHour = epochMs(from) % HOUR_MS === 0 && epochMs(to) - epochMs(from) === HOUR_MS;
  if (isHour && epochMs(madeAt) >= epochMs(to)) return;
  const told = { key, digest: number };
  notes.tell("digest_hours", {
    says: "It does not cover one whole hour that was over when it was made.",
    place: told,
    found: `${from} to ${to}, made ${madeAt}`,
  });
}

/** The next digest in the order of hours: does it go on where the one before it ended? */
export function follow(line: Line, statement: Statement, key: string, notes: Notebook): Line {
  const { record, previous } = line;
  const { number } = statement;
  const place = { key, digest: number };
  if (record !== undefined && record !== statement.record)
    notes.tell("digest_other_record", {
      says: "It is of another record.",
      place,
      expected: record,
      found: statement.record,
    });
  checkHours(statement, key, notes);
  if (previous !== "unknown") {
    const before = previous?.number ?? 0;
    if (number !== before + 1)
      notes.tell("digest_gap", {
        says:
          number > before + 1
            ? `${number === before + 2 ? `Digest ${before + 1} is` : `Digests ${before + 1} to ${number - 1} are`} missing before it.`
            : "Its number is not the next one.",
        place,
        expected: `number ${before + 1}`,
        found: `number ${number}`,
      });
    else if (previous && previous.to !== statement.from)
      notes.tell("digest_gap", {
        says: "Its hour is not the next one.",
        place,
        expected: `from ${previous.to}`,
        found: `from ${statement.from}`,
      });
    const hash = previous ? statementHash(previous) : null;
    if (number === before + 1 && statement.previous !== hash)
      notes.tell("digest_chain_broken", {
        says: "It does not name the digest before it by its hash.",
        place,
        expected: hash ?? "none, for it is the first",
        found: statement.previous ?? "none",
      });
  }
  return { record: record ?? statement.record, previous: statement };
}
