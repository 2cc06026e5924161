import { givenBy, givesSession } from "../../core/grant/gives.ts";
import type { Grant, GrantIn } from "../../core/grant/grant.ts";
import { permitDelete } from "./actions.ts";
import type { Table } from "./client.ts";
import { denyPut, liveDelete } from "./roles.ts";
import { sealedDelete } from "./sealed.ts";
import type { Write } from "./transaction.ts";

/** Nothing is left to collect: no session, no secret of masked rows, no permit. */
const leftDelete = (table: Table, grant: Grant): Write =>
  givenBy(grant) === "permit" ? permitDelete(table, grant.id) : sealedDelete(table, grant.id);

/** What goes with an early stop: the deny entry, where there may be a session, and nothing left to collect. */
export function stopWrites(table: Table, grant: GrantIn<"ACTIVATING" | "ACTIVE">): Write[] {
  const { role } = grant.resource;
  const entry = { role, grantId: grant.id, endsAt: grant.endsAt };
  return [
    ...(givesSession(grant) ? [denyPut(table, entry)] : []),
    liveDelete(table, role, grant.id),
    leftDelete(table, grant),
  ];
}

/** What goes with an end that needs no deny: nothing is live and nothing left to collect. */
export function endWrites(table: Table, grant: GrantIn<"ACTIVATING" | "ACTIVE" | "REVOKING">): Write[] {
  return [liveDelete(table, grant.resource.role, grant.id), leftDelete(table, grant)];
}
