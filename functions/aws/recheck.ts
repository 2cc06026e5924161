import type { Grant } from "../core/grant/grant.ts";
import { policyChanged } from "../core/policy/changed.ts";
import type { DecideDeps } from "../core/policy/decision.ts";
import { lockdownAgainst, lockedPart } from "./locked-down.ts";
import type { Table } from "./table/client.ts";
import { readGrant } from "./table/grants.ts";

type Deps = DecideDeps & { table: Table };
type Reason = { code: string; detail: string };

/** Read after the claim is written: whoever sets a lockdown writes it first and then reads who has claimed (I-71). */
async function lockedDown({ table }: Deps, grant: Grant): Promise<Reason | undefined> {
  const stands = await lockdownAgainst(table, lockedPart(grant));
  return stands && { code: "locked_down", detail: `lockdown ${stands.id} stands (${stands.target.type})` };
}

/** What stops a grant without being about it: its agent's own release, and the cut-off of a role that it happened to be on. */
const NOT_TAKEN_AWAY: readonly string[] = ["released", "role_cut_off"];

/** True when the grant that this one goes on from was not taken away. */
const leftInPeace = (base: Grant | undefined): boolean =>
  base?.status === "ACTIVE" ||
  base?.status === "ENDED" ||
  ((base?.status === "REVOKING" || base?.status === "REVOKED") && NOT_TAKEN_AWAY.includes(base.closing.code));

/** Read after the claim too: a revocation is written first, and then stops what extends the grant. */
async function baseRevoked({ table }: Deps, grant: Grant): Promise<Reason | undefined> {
  if (grant.extends === undefined) return undefined;
  return leftInPeace(await readGrant(table, grant.extends))
    ? undefined
    : { code: "base_revoked", detail: `grant ${grant.extends}, which this one extends, was stopped` };
}

/** Why nothing may be minted for a grant whose next attempt was just claimed; undefined when it may. */
export async function forbidden(deps: Deps, grant: Grant): Promise<Reason | undefined> {
  const stopped = (await lockedDown(deps, grant)) ?? (await baseRevoked(deps, grant));
  if (stopped) return stopped;
  const detail = policyChanged(deps, grant);
  return detail === undefined ? undefined : { code: "policy_changed", detail };
}
