import type { PerformingSystem } from "../../core/actions/action-type.ts";
import type { Actor } from "../../core/audit/event.ts";
import type { Agent, Catalogue, Person } from "../../core/catalogue.ts";
import { type Caller, withoutPath } from "../../core/identity.ts";
import type { Table } from "../table/client.ts";
import { readPin } from "../table/principals.ts";
import type { Origin } from "./origin.ts";

/** A verified caller that the catalogue names. `pinned`: whether this very id has asked before. */
export type Principal =
  | { kind: "agent"; agent: Agent; caller: Caller; pinned: boolean }
  | { kind: "person"; person: Person; caller: Caller }
  /** A system that redeems permits; it asks for nothing. */
  | { kind: "performer"; performer: PerformingSystem; caller: Caller; pinned: boolean };

// People on one role are distinct only where the identity provider sets the session name: IAM Identity Center does.
const SSO_ROLE = /:role\/AWSReservedSSO_/;

function isPerson(person: Person, caller: Caller): boolean {
  if (person.principal === undefined) return false;
  if (caller.kind === "user") return withoutPath(person.principal) === caller.arn;
  return (
    SSO_ROLE.test(caller.arn) &&
    withoutPath(person.principal) === caller.arn &&
    caller.sessionName === (person.sessionName ?? person.email)
  );
}

/**
 * Finds who a verified caller is. A name whose pinned unique id differs is a stranger: the role or user was made anew
 * (I-10). Undefined is nobody, with one uniform answer.
 */
export async function principalOf(
  catalogue: Catalogue,
  table: Table,
  caller: Caller,
): Promise<Principal | undefined> {
  const agent = catalogue.agents.find((each) =>
    each.principals.some((arn) => withoutPath(arn) === caller.arn),
  );
  if (agent) {
    const pin = await readPin(table, caller.arn);
    if (pin && (pin.uniqueId !== caller.uniqueId || pin.agent !== agent.id)) return undefined;
    return { kind: "agent", agent, caller, pinned: pin !== undefined };
  }
  const performer = catalogue.performers?.find((each) =>
    each.principals.some((arn) => withoutPath(arn) === caller.arn),
  );
  if (performer) {
    const pin = await readPin(table, caller.arn);
    if (pin && (pin.uniqueId !== caller.uniqueId || pin.agent !== performer.id)) return undefined;
    return { kind: "performer", performer, caller, pinned: pin !== undefined };
  }
  const person = catalogue.people.find((each) => isPerson(each, caller));
  return person ? { kind: "person", person, caller } : undefined;
}

/** A principal, or a verified stranger, as the actor of events. */
export function actorOf(principal: Principal | undefined, caller: Caller, origin: Origin): Actor {
  const session = caller.sessionName ? { sessionName: caller.sessionName } : {};
  const from = { arn: caller.arn, ...session, ...origin };
  if (principal?.kind === "agent") return { type: "agent", id: principal.agent.id, ...from };
  if (principal?.kind === "person") return { type: "person", id: principal.person.id, ...from };
  if (principal?.kind === "performer") return { type: "system", id: principal.performer.id, ...from };
  return { type: "unknown", id: caller.uniqueId, ...from };
}
