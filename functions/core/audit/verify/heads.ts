import { epochMs } from "../../time.ts";
import type { ChainHead, Statement } from "../digest.ts";
import type { Notebook } from "./finding.ts";

/** A head as a digest signed it. */
export type SignedHead = { sequence: number; hash: string; digest: number; from: string; to: number };
export type Heads = Map<string, SignedHead[]>;

/** Clocks may be five minutes off (I-43): what is closer together than that has no order by time. */
export const SKEW_MS = 5 * 60_000;

/** Takes a digest's heads; a chain never gets shorter and never changes (I-50). */
export function takeHeads(
  heads: Heads,
  listed: readonly ChainHead[],
  statement: Statement,
  told: { key: string; notes: Notebook },
): void {
  const { number, from, to } = statement;
  for (const { grant, sequence, hash } of listed) {
    const known = heads.get(grant) ?? [];
    const last = known.at(-1);
    if (last && (sequence < last.sequence || (sequence === last.sequence && hash !== last.hash)))
      told.notes.tell("head_rolled_back", {
        says: `The chain of grant ${grant} stands behind where digest ${last.digest} saw it.`,
        place: { key: told.key, digest: number, grant, sequence },
        expected: `sequence ${last.sequence} or later, ${last.hash}`,
        found: `sequence ${sequence}, ${hash}`,
      });
    known.push({ sequence, hash, digest: number, from, to: epochMs(to) });
    heads.set(grant, known);
  }
}

/** The digest that had seen the chain end before this event, although the event says that it happened earlier. */
export const contradicted = (
  heads: Heads,
  { grant, sequence, time }: { grant: string; sequence: number; time: number },
): SignedHead | undefined =>
  heads.get(grant)?.find((head) => head.sequence < sequence && time < head.to - SKEW_MS);
