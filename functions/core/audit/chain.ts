import { chainEventId } from "./event.ts";
import { type EventProblem, readEvent } from "./read-event.ts";
import { eventTypes } from "./registry.ts";

export type ChainProblem = { sequence: number; problem: string };

/** The problem of what a later release may have written. */
export const NOT_AN_EVENT = "body is not an event";
const UNREADABLE: Record<EventProblem, string> = {
  wrong_hash: "body does not match its hash",
  not_json: NOT_AN_EVENT,
  unknown_version: NOT_AN_EVENT,
  not_an_event: NOT_AN_EVENT,
  not_canonical: "body is not canonical",
  wrong_place: "event belongs elsewhere",
};

/**
 * Checks a grant's chain as it was kept: bodies in order. Names the first thing that is wrong, or nothing.
 * An empty chain is a problem: every grant has at least the event of its asking.
 */
export function checkChain(
  grant: string,
  kept: readonly { body: string; hash: string }[],
): ChainProblem | undefined {
  if (kept.length === 0) return { sequence: 1, problem: "chain is empty" };
  let previous: string | null = null;
  for (const [index, { body, hash }] of kept.entries()) {
    const sequence = index + 1;
    const problem = (text: string): ChainProblem => ({ sequence, problem: text });
    const read = readEvent(body, hash);
    // Of an event that is out of place it is told below in which way.
    const event = read.ok ? read.sealed.event : read.event;
    if (!event) return problem(read.ok ? NOT_AN_EVENT : UNREADABLE[read.problem]);
    if (event.grant !== grant || event.id !== chainEventId(grant, sequence))
      return problem("event belongs elsewhere");
    if (!eventTypes[event.type].chained) return problem("event is not a move");
    if (event.chain?.sequence !== sequence) return problem("sequence has a gap");
    if (event.chain.previous !== previous) return problem("previous hash does not match");
    if (!read.ok) return problem(UNREADABLE[read.problem]);
    previous = hash;
  }
  return undefined;
}
