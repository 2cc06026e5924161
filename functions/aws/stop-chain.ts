import type { Grant } from "../core/grant/grant.ts";
import { stopOrDeny } from "./deny-expiring.ts";
import type { StopDeps, StopOrder, Stopped } from "./stop-grant.ts";
import { readExtension } from "./table/extensions.ts";
import { readGrant } from "./table/grants.ts";

/** Far more than any window holds: a chain that is longer is no chain. */
const MOST_EXTENSIONS = 1_000;

/** The grants that go on from this one, each from the one before it. */
async function extensionsOf(deps: StopDeps, id: string): Promise<Grant[]> {
  const chain: Grant[] = [];
  for (let at: string | undefined = await readExtension(deps.table, id); at; ) {
    const grant = await readGrant(deps.table, at);
    if (!grant || chain.length === MOST_EXTENSIONS) break;
    chain.push(grant);
    at = await readExtension(deps.table, grant.id);
  }
  return chain;
}

/**
 * The last one first, so that whoever dies on the way has not left a grant that nobody thinks of any more: the one that
 * was named is revoked at the end, and a repeat does it all again.
 */
async function stopExtensions(deps: StopDeps, id: string, order: StopOrder): Promise<void> {
  for (const grant of (await extensionsOf(deps, id)).reverse()) await stopOrDeny(deps, grant, order);
}

/** Stops a grant in any state, with the grants that extend it. */
export async function stopChain(deps: StopDeps, grant: Grant, order: StopOrder): Promise<Stopped> {
  await stopExtensions(deps, grant.id, order);
  const stopped = await stopOrDeny(deps, grant, order);
  // Extended between the two: no more from here on, as only an active grant is extended.
  await stopExtensions(deps, grant.id, order);
  return stopped;
}
