import type { AuditEvent } from "../../../functions/core/audit/event.ts";
import { epochMs } from "../../../functions/core/time.ts";
import { cannotTell } from "./files.ts";
import type { Period } from "./period.ts";

/** Clocks of two functions may differ: of two moves, the later may bear the earlier time. */
const SKEW_MS = 60_000;

type Link = { sequence: number; at: number };

/**
 * Finds moves that are missing between moves that were read: a file was not copied, or taken away. Where a period cuts a
 * chain nothing is missing, so only gaps between known numbers count, and none at the very edge of the period, nor where
 * the record is just being written.
 */
export function chainsOf({ from, until }: Period, now = Date.now()) {
  const chains = new Map<string, Link[]>();
  const isAtEdge = ({ at }: Link): boolean =>
    [from, until, now].some((edge) => Math.abs(at - edge) < SKEW_MS);
  return {
    saw({ grant, chain, time }: AuditEvent): void {
      if (grant === undefined || chain === undefined) return;
      const links = chains.get(grant) ?? [];
      links.push({ sequence: chain.sequence, at: epochMs(time) });
      chains.set(grant, links);
    },
    /** Throws at the first grant whose chain has a gap. */
    check(): void {
      for (const [grant, links] of chains) {
        const inOrder = links.sort((one, other) => one.sequence - other.sequence);
        inOrder.forEach((link, index) => {
          const before = inOrder[index - 1];
          if (!before || link.sequence === before.sequence + 1 || isAtEdge(before) || isAtEdge(link)) return;
          throw cannotTell(
            `grant ${grant}`,
            `its moves ${before.sequence} and ${link.sequence} are on record, and none between: a part of the record is missing`,
          );
        });
      }
    },
  };
}
