import { canonicalJson, sha256Hex } from "../canonical.ts";
import { type AuditEvent, auditEvent, chainEventId } from "./event.ts";
import { eventTypes } from "./registry.ts";

export type ChainProblem = { sequence: number; problem: string };

/** The problem of what a later release may have written. */
export const NOT_AN_EVENT = "body is not an event";

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
    if (sha256Hex(body) !== hash) return problem("body does not match its hash");
    let event: AuditEvent;
    try {
      event = auditEvent.parse(JSON.parse(body));
    } catch {
      return problem(NOT_AN_EVENT);
    }
    if (canonicalJson(event) !== body) return problem("body is not canonical");
    if (event.grant !== grant || event.id !== chainEventId(grant, sequence))
      return problem("event belongs elsewhere");
    if (!eventTypes[event.type].chained) return problem("event is not a move");
    if (event.chain?.sequence !== sequence) return problem("sequence has a gap");
    if (event.chain.previous !== previous) return problem("previous hash does not match");
    previous = hash;
  }
  return undefined;
}
