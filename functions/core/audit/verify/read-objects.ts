import { epochMs } from "../../time.ts";
import type { SealedEvent } from "../event.ts";
import { takeLink } from "./chains.ts";
import type { Place } from "./finding.ts";
import { contradicted, SKEW_MS } from "./heads.ts";
import { areaOf, dayOf } from "./names.ts";
import { bytesOf, checkOther, eventsIn, isAsSigned, sha256Of } from "./objects.ts";
import { provenUntil, type Run } from "./run.ts";
import { ahead } from "./source.ts";

/** Events are in the bucket within minutes; an export that is an hour late has long rung an alarm. */
const EXPORT_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** One event, whichever copy of it: the same in each, once in its chain, and not at odds with a signed head. */
function takeEvent({ known, notes, options }: Run, sealed: SealedEvent, place: Place): "first" | "copy" {
  const { event, hash, body } = sealed;
  const other = known.seen.get(event.id);
  if (other !== undefined) {
    if (other !== hash)
      notes.tell("copies_differ", {
        says: "There is another event with its id.",
        place,
        expected: other,
        found: hash,
      });
    return "copy";
  }
  known.seen.set(event.id, hash);
  known.days.add(event.time.slice(0, 10));
  const time = epochMs(event.time);
  known.newest = Math.max(known.newest, time);
  if (event.type === "digest.signed" && event.facts.digest)
    known.announced.set(event.facts.digest.replace(/^sha256:/, ""), {
      to: event.facts.endsAt ?? event.time,
      at: time,
      key: place.key ?? "",
      event: event.id,
    });
  const { grant, chain } = event;
  if (!grant || !chain) return "first";
  if (grant === options.grant) known.story.set(chain.sequence, { body, hash });
  const head = contradicted(known.heads, { grant, sequence: chain.sequence, time });
  if (head)
    notes.tell("event_after_head", {
      says: `It says that it happened at ${event.time}, but digest ${head.digest} saw its chain end before it.`,
      place,
      expected: `no event after sequence ${head.sequence}`,
    });
  takeLink(known.chains, { sealed: { event, hash }, place }, notes);
  return "first";
}

/** An object that no digest lists: too new for one, or put there by somebody else. */
function checkUnlisted({ known, notes, options }: Run, key: string): void {
  const until = provenUntil(known);
  const storedAt = known.files.get(key)?.storedAt;
  if (storedAt !== undefined) {
    if (epochMs(storedAt) < until - SKEW_MS)
      notes.tell("object_unlisted", {
        says: `It was stored at ${storedAt}, and no digest lists it.`,
        place: { key },
      });
    return;
  }
  if (areaOf(key) === "events") return;
  const day = Date.parse(`${dayOf(key)}T00:00:00Z`);
  if (day + 2 * DAY_MS >= until) return;
  notes.tell(options.allowUncovered ? "uncovered_allowed" : "uncovered", {
    says: "No digest lists it, although its day is long covered.",
    place: { key },
  });
}

/**
 * An event that is in no object which a digest lists. A copy that was made between two digests has such events, from the
 * time since the last one. Older ones were exported late, or made up: the next digest tells, this copy cannot. Therefore
 * they fail the record unless the user says that he knows of them.
 */
function checkUncovered({ known, notes, options }: Run, sealed: SealedEvent, place: Place): void {
  known.counts.unproven += 1;
  const isKnownTime = known.files.get(place.key ?? "")?.storedAt !== undefined;
  if (isKnownTime || known.digests.length === 0) return;
  if (epochMs(sealed.event.time) >= provenUntil(known) - EXPORT_MS) return;
  notes.tell(options.allowUncovered ? "uncovered_allowed" : "uncovered", {
    says: `No digest covers this event of ${sealed.event.time}: it was exported late, or put in afterwards.`,
    place,
  });
}

async function readAll(run: Run, keys: readonly string[], isListed: boolean): Promise<void> {
  const { known, source, limits, notes, onProgress } = run;
  const { counts } = known;
  const load = async (key: string) => {
    const file = known.files.get(key);
    if (!file) return "missing" as const;
    if (file.odd) return "odd" as const;
    return file.bytes > limits.objectBytes ? ("too_large" as const) : source.read(key, limits.objectBytes);
  };
  for await (const [key, read] of ahead(keys, load)) {
    // Told already, when it was listed.
    if (read === "odd") continue;
    const bytes = bytesOf(read, { key }, notes);
    if (!bytes) continue;
    counts.objects += 1;
    counts.bytes += bytes.length;
    const sha256 = sha256Of(bytes);
    const asSigned = isListed && isAsSigned(bytes, sha256, known.listing.get(key) ?? [], { key, notes });
    counts[asSigned ? "covered" : "uncovered"] += 1;
    if (!isListed) checkUnlisted(run, key);
    const area = areaOf(key);
    if (area === "usage") counts.usage += 1;
    if (area === "quarantine") counts.quarantined += 1;
    if (area !== "events") checkOther(key, sha256, notes);
    else
      for (const { sealed, place } of eventsIn(key, bytes, sha256, { notes, limits }))
        if (takeEvent(run, sealed, place) === "first" && !asSigned) checkUncovered(run, sealed, place);
    onProgress({
      phase: "objects",
      done: counts.objects,
      total: known.files.size,
      bytes: counts.bytes,
      totalBytes: 0,
      events: known.seen.size,
    });
  }
}

/** Reads what the digests list, in their order, and then what none of them lists. */
export async function readObjects(run: Run): Promise<void> {
  const { known, notes } = run;
  await readAll(run, [...known.listing.keys()], true);
  const rest = [...known.files.keys()].filter((key) => !known.listing.has(key)).sort();
  for (const key of rest.filter((each) => areaOf(each) === "other"))
    notes.tell("unexpected_file", { says: "It is no part of the record.", place: { key } });
  await readAll(
    run,
    rest.filter((key) => ["events", "quarantine", "usage"].includes(areaOf(key))),
    false,
  );
}
