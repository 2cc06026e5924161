import { epochMs, isoMillis } from "../../time.ts";
import { tellGaps } from "./chains.ts";
import { digestsOf } from "./digests.ts";
import { type Finding, openNotebook } from "./finding.ts";
import { checkHeld } from "./held.ts";
import { readObjects } from "./read-objects.ts";
import { type Report, reportOf } from "./report.ts";
import { copiedAfter, GRACE_MS, nothingKnown, provenUntil, type Run, type VerifyOptions } from "./run.ts";
import { tellHeads } from "./signed-heads.ts";
import { LIMITS } from "./source.ts";

/** The signer runs ten minutes after each hour: two hours without a digest are a fault of it, or a digest is gone. */
const LATE_MS = 2 * 3_600_000;

function tellAnnounced({ known, notes, options }: Run): void {
  const here = new Set(known.digests.map(({ hash }) => hash));
  const copied = copiedAfter(known, options.copiedAt);
  for (const [hash, { to, at, key, event }] of known.announced) {
    if (here.has(hash)) continue;
    const told = { place: { key, event }, expected: `digest with statement sha256:${hash}` };
    // A copy goes through digests first: one that was signed while it did is missing, and its event is not.
    if (epochMs(to) > provenUntil(known) && copied < at + GRACE_MS)
      notes.tell("digest_not_here_yet", {
        says: `This event tells of a digest up to ${to}, and it is not in this copy. If it is not in a newer one either, it was dropped.`,
        ...told,
      });
    else
      notes.tell("digest_announced", {
        says: `This event tells of a digest up to ${to} that is not here.`,
        ...told,
      });
  }
  const until = provenUntil(known);
  if (known.digests.length > 0 && copied >= until + LATE_MS)
    notes.tell("digest_late", {
      says: `The digests end at ${isoMillis(until)}, and the record goes on until ${isoMillis(copied)}: digests are missing, or the signer stood still.`,
      place: {},
    });
}

/** So many findings are told one by one; all are counted. */
const MOST_KEPT = 200;

async function list({ source, known, notes, onProgress }: Run): Promise<void> {
  for await (const listed of source.list()) {
    known.files.set(listed.key, listed);
    if (listed.odd)
      notes.tell("odd_file", {
        says: `It is ${listed.odd}, and was not opened.`,
        place: { key: listed.key },
      });
    const total = known.files.size;
    if (total % 1000 === 0)
      onProgress({ phase: "listing", done: total, total, bytes: 0, totalBytes: 0, events: 0 });
  }
  if (known.files.size === 0) notes.tell("empty", { says: "There is nothing here.", place: {} });
}

/**
 * Checks a whole record: its digests, every object that they list, every event, every chain, every signed head. Objects
 * are read a few at a time, so that memory grows with the number of events (their ids and hashes) and not with their
 * size. Nothing is believed that was not signed by one of the keys (I-48, I-49, I-50).
 */
export async function verifyRecord(options: VerifyOptions): Promise<Report> {
  const findings: Finding[] = [];
  const notes = openNotebook((finding) => {
    // The first that shows tampering is never lost among many doubts.
    const isFirst = finding.severity === "tampered" && notes.counts.tampered === 1;
    if (findings.length < MOST_KEPT || isFirst) findings.push(finding);
    options.onFinding?.(finding);
  });
  const run: Run = {
    options,
    source: options.source,
    keys: options.keys,
    onProgress: options.onProgress ?? (() => undefined),
    limits: { ...LIMITS, ...options.limits },
    notes,
    known: nothingKnown(),
  };
  await list(run);
  await digestsOf(run);
  await readObjects(run);
  if (options.held) checkHeld(options.held, run.known.digests, notes);
  tellGaps(run.known.chains, notes);
  tellHeads(run);
  tellAnnounced(run);
  return reportOf(run, findings);
}
