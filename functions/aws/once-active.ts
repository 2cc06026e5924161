import { type Refusal, refusal } from "../core/errors.ts";
import type { Grant } from "../core/grant/grant.ts";
import { machineActsWithin } from "../core/grant/schedule.ts";
import type { Now } from "./system.ts";
import type { Table } from "./table/client.ts";
import { readGrant } from "./table/grants.ts";

type Deps = { table: Table; now: Now; pause(ms: number): Promise<void> };

/** How long a call waits while the workflow mints: an automatic yes is two calls away from working credentials. */
const WAIT_MS = 5_000;
const POLL_MS = 150;

/** True while the workflow is about to mint, or minting: the credentials come without anybody's doing. */
export const isComing = (grant: Grant, now: number): boolean =>
  grant.status !== "REVOKING" && machineActsWithin(grant, now, WAIT_MS);

/** Reads a grant, and again until the workflow has made it active, or the time is up. */
export async function readOnceMinted(deps: Deps, id: string): Promise<Grant | undefined> {
  const until = deps.now() + WAIT_MS;
  let grant = await readGrant(deps.table, id);
  while (grant && isComing(grant, deps.now()) && deps.now() < until) {
    await deps.pause(POLL_MS);
    grant = await readGrant(deps.table, id);
  }
  return grant;
}

/** Why a grant that is not ACTIVE gives nothing. */
export function notActive(grant: Grant): Refusal {
  const { status } = grant;
  const details = { status, ...("closing" in grant ? { reason: grant.closing.code } : {}) };
  if (status === "PENDING")
    return refusal("not_ready", "The grant waits for people.", { ...details, retryAfterSeconds: 15 });
  if (status === "APPROVED" || status === "ACTIVATING") {
    return refusal("not_ready", undefined, {
      ...details,
      retryAfterSeconds: 1,
      startsAt: grant.requestedStart,
    });
  }
  return refusal("grant_over", `The grant is ${status}.`, details);
}
