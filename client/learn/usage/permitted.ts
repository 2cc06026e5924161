import { asResource } from "../../../functions/core/actions/action-type.ts";
import { type Agent, type Catalogue, offersMasked, type Subject } from "../../../functions/core/catalogue.ts";
import { decideOnce } from "../../../functions/core/policy/ask.ts";
import { NEWCOMER } from "../../../functions/core/policy/context.ts";
import type { DecideDeps } from "../../../functions/core/policy/decision.ts";

/** Each is decided in some milliseconds; more pairs than these are minutes, and a list that nobody reads. */
export const MOST_PAIRS = 20_000;
/** A Tuesday in November 2026, 09:00 UTC: an ordinary working time. */
const USUALLY = Date.UTC(2026, 10, 17, 9);

/** What agents may ask for: resources, and action types in the form of one. */
export const subjectsOf = ({ resources, actions = [] }: Catalogue): Subject[] => [
  ...resources,
  ...actions.map(asResource),
];

/**
 * The accesses that policy does not refuse an agent outright: asked in the mildest way, for a minute of a part of the
 * resource, with a ticket, masked where that is offered, by an agent that is known there.
 */
export function permitted(deps: DecideDeps, agent: Agent, resource: Subject): string[] {
  const mild = {
    windowSeconds: 60,
    wholeResource: false,
    purposeGiven: true,
    ticketGiven: true,
    breakGlass: false,
    startsAt: USUALLY,
    standing: { ...NEWCOMER, firstUse: false },
  };
  return resource.accesses.filter((access) =>
    (offersMasked(resource, access) ? [true, false] : [false]).some(
      (masked) =>
        decideOnce(deps, { agent, resource, access, facts: { ...mild, masked }, at: USUALLY }).outcome !==
        "deny",
    ),
  );
}
