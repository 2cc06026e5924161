import type { Status } from "../../grant/grant.ts";
import { type From, moveNames, NOTHING, transitions } from "../../grant/transitions.ts";
import { epochMs } from "../../time.ts";
import type { SealedEvent } from "../event.ts";
import type { Notebook, Place } from "./finding.ts";

type Link = { sealed: Pick<SealedEvent, "event" | "hash">; place: Place };
/** A grant's chain as far as it is without a gap, and the events beyond the first gap. */
type Chain = { length: number; hash: string | null; status: From; time: number; later: Map<number, Link> };
export type Chains = Map<string, Chain>;

/** Two components whose clocks are five minutes off in opposite directions (I-43). */
const BACKWARDS_MS = 10 * 60_000;

/** True when the transition table has a move of this type from the one status to the other. */
export const isMove = (from: From, type: string, to: string | undefined): boolean =>
  moveNames.some((name) => {
    const move: { from: readonly From[]; to: readonly Status[]; event: string } = transitions[name];
    return move.event === type && move.from.includes(from) && move.to.some((status) => status === to);
  });

function append(chain: Chain, { sealed: { event, hash }, place }: Link, notes: Notebook): void {
  const previous = event.chain?.previous ?? null;
  if (previous !== chain.hash)
    notes.tell("chain_broken", {
      says: "It does not follow the event before it in its grant's chain.",
      place,
      expected: chain.hash ?? "no previous hash, for it is the first",
      found: previous ?? "no previous hash",
    });
  const time = epochMs(event.time);
  if (time < chain.time - BACKWARDS_MS)
    notes.tell("chain_time", {
      says: "It happened before the event that it follows.",
      place,
      expected: `${new Date(chain.time).toISOString()} or later`,
      found: event.time,
    });
  const { status } = event.facts;
  if (!isMove(chain.status, event.type, status))
    notes.tell("chain_path", {
      says: "The grant cannot have gone that way.",
      place,
      expected: `a move from ${chain.status}`,
      found: `${event.type} to ${status ?? "no status"}`,
    });
  chain.length += 1;
  chain.hash = hash;
  chain.status = (status as Status | undefined) ?? chain.status;
  chain.time = Math.max(time, chain.time);
}

/** Takes an event of a chain, each once and in any order; what does not fit is told as soon as it is known (I-48). */
export function takeLink(chains: Chains, link: Link, notes: Notebook): void {
  const { grant, chain: at } = link.sealed.event;
  if (grant === undefined || !at) return;
  const fresh: Chain = { length: 0, hash: null, status: NOTHING, time: 0, later: new Map() };
  const chain = chains.get(grant) ?? fresh;
  chains.set(grant, chain);
  chain.later.set(at.sequence, link);
  for (let next = chain.later.get(chain.length + 1); next; next = chain.later.get(chain.length + 1)) {
    chain.later.delete(chain.length + 1);
    append(chain, next, notes);
  }
}

/** Chains with a hole: what was there is lost (I-48). */
export function tellGaps(chains: Chains, notes: Notebook): void {
  for (const [grant, { length, later }] of chains) {
    if (later.size === 0) continue;
    const first = Math.min(...later.keys());
    const sequence = length + 1;
    notes.tell("chain_gap", {
      says: `The chain of grant ${grant} has a gap: ${first - sequence === 1 ? `event ${sequence} is` : `events ${sequence} to ${first - 1} are`} missing.`,
      place: { ...later.get(first)?.place, grant, sequence },
    });
  }
}
