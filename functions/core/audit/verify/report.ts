import { epochMs, isoMillis } from "../../time.ts";
import type { Finding } from "./finding.ts";
import { provenUntil, type Run } from "./run.ts";

type Verdict = "whole" | "tampered" | "cannot_tell";

/** What came of it. Times are ISO 8601 UTC; absent when nothing is proven. */
export type Report = {
  verdict: Verdict;
  /** The bucket whose digests these are. */
  record?: string;
  provenFrom?: string;
  provenUntil?: string;
  digests: { read: number; believed: number; keys: string[]; lastHash?: string };
  objects: {
    read: number;
    covered: number;
    uncovered: number;
    usage: number;
    quarantined: number;
    bytes: number;
  };
  events: { read: number; unproven: number; newest?: string };
  grants: { read: number; signed: number };
  days: number;
  /** The grant that was asked for: its events in order, and up to where a digest signed its chain. */
  grant?: {
    id: string;
    events: { body: string; hash: string }[];
    signedUpTo: number;
    /** When the hour of the last digest that names it began. */
    signedIn?: string;
  };
  counts: { tampered: number; cannot_tell: number; note: number };
  first?: Finding;
  findings: Finding[];
};

function grantOf({ known, options, notes }: Run): Report["grant"] {
  const id = options.grant;
  if (id === undefined) return undefined;
  const events = [...known.story].sort(([a], [b]) => a - b).map(([, kept]) => kept);
  const head = known.heads.get(id)?.at(-1);
  const signedUpTo = head?.sequence ?? 0;
  if (events.length === 0)
    notes.tell("grant_not_here", { says: `There is no event of grant ${id} here.`, place: { grant: id } });
  else if (signedUpTo === 0)
    notes.tell("grant_not_signed", {
      says: `No digest names grant ${id}: it moved after the last one.`,
      place: { grant: id },
    });
  return { id, events, signedUpTo, ...(head ? { signedIn: head.from } : {}) };
}

/** Tampering outweighs doubt, and doubt everything else; without a signature that was checked there is no "whole". */
function verdictOf({ notes, known }: Run): Verdict {
  if (notes.counts.tampered > 0) return "tampered";
  return notes.counts.cannot_tell > 0 || known.digests.length === 0 ? "cannot_tell" : "whole";
}

export function reportOf(run: Run, findings: Finding[]): Report {
  const { known, notes } = run;
  const { counts, digests, chains, heads } = known;
  const grant = grantOf(run);
  const [first] = digests;
  const last = digests.at(-1);
  const signed = [...chains].filter(
    ([id, { length }]) => (heads.get(id)?.at(-1)?.sequence ?? 0) >= length,
  ).length;
  const worst =
    findings.find(({ severity }) => severity === "tampered") ??
    findings.find(({ severity }) => severity !== "note");
  return {
    verdict: verdictOf(run),
    ...(first && last
      ? {
          record: first.statement.record,
          provenFrom: isoMillis(epochMs(first.statement.from)),
          provenUntil: isoMillis(provenUntil(known)),
        }
      : {}),
    digests: {
      read: digests.length + known.holes,
      believed: digests.length,
      keys: [...known.kids],
      ...(last ? { lastHash: last.hash } : {}),
    },
    objects: {
      read: counts.objects,
      covered: counts.covered,
      uncovered: counts.uncovered,
      usage: counts.usage,
      quarantined: counts.quarantined,
      bytes: counts.bytes,
    },
    events: {
      read: known.seen.size,
      unproven: counts.unproven,
      ...(known.newest ? { newest: isoMillis(known.newest) } : {}),
    },
    grants: { read: chains.size, signed },
    days: known.days.size,
    ...(grant ? { grant } : {}),
    counts: { ...notes.counts },
    ...(worst ? { first: worst } : {}),
    findings,
  };
}
