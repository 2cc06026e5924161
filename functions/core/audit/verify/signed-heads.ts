import { epochMs } from "../../time.ts";
import { chainEventId } from "../event.ts";
import { copiedAfter, GRACE_MS, type Run } from "./run.ts";

/**
 * Each head that was signed must be an event of the record, and each chain of the record must end where a digest saw it
 * end. Heads come from the table: so an exporter that drops the end of a chain, or makes up a grant, is found by the
 * next digest (I-48).
 */
export function tellHeads(run: Run): void {
  const { known, notes, options } = run;
  const copied = copiedAfter(known, options.copiedAt);
  for (const [grant, signed] of known.heads) {
    for (const { sequence, hash, digest, to } of signed) {
      const event = chainEventId(grant, sequence);
      const found = known.seen.get(event);
      if (found === hash) continue;
      const place = { grant, sequence, event, digest };
      if (found !== undefined)
        notes.tell("head_differs", {
          says: `Digest ${digest} saw another event here.`,
          place,
          expected: hash,
          found,
        });
      // What moved at the end of the hour may not have been exported when the copy was made.
      else if (copied >= to + GRACE_MS)
        notes.tell("head_missing", {
          says: `Digest ${digest} saw the chain of grant ${grant} end with this event, and it is not in the record: it was dropped, or its export is late.`,
          place,
          expected: hash,
        });
      else
        notes.tell("head_not_here_yet", {
          says: `Digest ${digest} saw the chain of grant ${grant} end with this event, and it is not in this copy. If it is not in a newer one either, it was dropped.`,
          place,
          expected: hash,
        });
      break;
    }
  }
  tellUnsigned(run, copied);
}

/** A chain whose last move lies in an hour that was signed, and whose end no digest from then on names: it was made up. */
function tellUnsigned({ known, notes, options }: Run, copied: number): void {
  const [first] = known.digests;
  if (!first) return;
  for (const [grant, { length, time }] of known.chains) {
    if (length === 0 || (known.heads.get(grant)?.at(-1)?.sequence ?? 0) >= length) continue;
    if (time < epochMs(first.statement.from)) {
      notes.tell(options.allowUncovered ? "uncovered_allowed" : "chain_too_old", {
        says: `The chain of grant ${grant} ends before the first digest, and none names it: nothing but the exporter speaks for it.`,
        place: { grant, sequence: length, event: chainEventId(grant, length) },
      });
      continue;
    }
    const hour = known.digests.find(({ statement }) => time < epochMs(statement.to));
    if (!hour || copied < epochMs(hour.statement.to) + GRACE_MS) continue;
    notes.tell("chain_unsigned", {
      says: `The chain of grant ${grant} ends here in the record, and no digest saw it end here: the grant, or the end of its chain, was made up.`,
      place: { grant, sequence: length, event: chainEventId(grant, length) },
    });
  }
}
