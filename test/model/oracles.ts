import type { Grant } from "../../functions/core/grant/grant.ts";
import { edges, isTerminal } from "../../functions/core/grant/transitions.ts";
import { grantsOf, type Run } from "./alphabet.ts";

/** What was seen so far: the grants' states, and how many sessions and rounds of proving were looked at. */
export type Seen = { status: Map<string, string>; sessions: number; proofs: number };
/** From now on: what was minted and handed over before is not looked at as if it were of the last step. */
export const nothingSeen = ({ world, handed }: Run): Seen => ({
  status: new Map(),
  sessions: world.sts.issued.length,
  proofs: handed.length,
});

/** Where a grant may get to by the moves of the table. */
const reachable = new Map<string, Set<string>>();
for (const { from } of edges()) {
  const found = new Set<string>([from]);
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const edge of edges()) if (found.has(edge.from)) found.add(edge.to);
  }
  reachable.set(from, found);
}

const UNDENIED = ["DENIED", "FAILED", "CANCELLED", "EXPIRED", "REJECTED"];
const endOf = (grant: Grant): number =>
  "endsAt" in grant && grant.endsAt ? Date.parse(grant.endsAt) : Number.POSITIVE_INFINITY;
const isReleased = (grant: Grant): boolean => grant.status === "ENDED" && grant.liveUntil !== undefined;

/** The sessions of a grant that work now: its window is not over, and IAM, as far as it has been heard of, lets them. */
function usableSessions({ world }: Run, grant: Grant): string[] {
  if (world.now() >= endOf(grant)) return [];
  return world.sts.issued
    .filter(({ sessionName }) => sessionName.includes(`.${grant.id}.`))
    .filter(({ sessionName, at }) => !world.iam.refuses(grant.resource.role, { sessionName, issuedAt: at }))
    .map(({ sessionName }) => sessionName);
}

/** What was broken by the last step, in the names of the model's properties; undefined: nothing. */
export function brokenBy(run: Run, seen: Seen): string | undefined {
  const { world, lockedDown } = run;
  const grants = grantsOf(world);
  const names = world.sts.issued.map(({ sessionName }) => sessionName);
  if (new Set(names).size < names.length) return "I02_two_sessions_of_one_attempt";
  for (const { sessionName } of world.sts.issued.slice(seen.sessions)) {
    const grant = grants.find(({ id }) => sessionName.includes(`.${id}.`));
    if (!grant) return "I01_minted_without_approval";
    if (grant.stages.some(({ status }) => status !== "approved")) return "I01_minted_without_approval";
    if (isTerminal(grant.status) && usableSessions(run, grant).includes(sessionName))
      return "I17_minted_when_terminal";
    const isOpen = grant.status === "ACTIVATING" || grant.status === "ACTIVE";
    const claimed = grant.status === "ACTIVE" ? grant.rotating?.attempt : isOpen && grant.attempt;
    if (isOpen && !sessionName.endsWith(`.${claimed}`)) return "I02_two_sessions_of_one_attempt";
  }
  seen.sessions = names.length;
  for (const message of run.handed.slice(seen.proofs)) {
    const grant = grants.find(({ id }) => id === message.grantId);
    const isNew = message.round === 1 && message.failed === 0;
    if (isNew && grant && !world.iam.denies(message.role, grant.id, { key: grant.agent.key }))
      return "I25_sent_to_proof_unwritten";
  }
  seen.proofs = run.handed.length;
  for (const grant of grants) {
    const { id, status } = grant;
    const before = seen.status.get(id) ?? status;
    if (before !== status && !reachable.get(before)?.has(status)) return "I41_no_such_move";
    seen.status.set(id, status);
    const usable = usableSessions(run, grant).length > 0;
    if (UNDENIED.includes(status) && usable) return "I30_closed_with_a_live_session";
    if (status === "ENDED" && usable && !isReleased(grant)) return "I30_closed_with_a_live_session";
    if (status === "REVOKED" && usable) return "I24_I29_revoked_but_not_in_force";
    if (status === "REVOKING" && world.now() < endOf(grant) && !hasEntry(run, grant))
      return "I25_stopped_without_deny_entry";
    if (status === "ACTIVE" && lockedDown.has(grant.resource.id)) return "I71_active_under_a_lockdown";
  }
  return undefined;
}

const hasEntry = ({ world }: Run, { id, resource }: Grant): boolean =>
  world.fake
    .items()
    .some(({ entity, pk, grantId }) => entity === "deny" && pk === `ROLE#${resource.role}` && grantId === id);

/**
 * What must hold when all is quiet, though no window is over: only what is granted works, or was let expire; and nothing
 * under a lockdown that stands. (A session that was never delivered may be live while its grant is still to be minted.)
 */
export function liveWhenQuiet(run: Run): string | undefined {
  const standing = run.world.fake.items().filter(({ entity }) => entity === "lockdown");
  const isLocked = ({ resource }: Grant) =>
    standing.some(({ target }) => (target as { id?: string }).id === resource.id);
  const mayBeLive = (grant: Grant) => isReleased(grant) || (/^ACTIV/.test(grant.status) && !isLocked(grant));
  const isLive = grantsOf(run.world).some(
    (grant) => !mayBeLive(grant) && usableSessions(run, grant).length > 0,
  );
  return isLive ? "I30_live_when_all_is_quiet" : undefined;
}

/** What must hold after the windows. */
export const openAtTheEnd = (run: Run): string | undefined =>
  grantsOf(run.world).some(({ status }) => !isTerminal(status)) ? "I42_at_rest_but_not_over" : undefined;
