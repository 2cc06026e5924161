import { atOnce } from "../aws/at-once.ts";
import { isExpiring, stopOrDeny } from "../aws/deny-expiring.ts";
import { faultFields } from "../aws/log.ts";
import type { StopDeps } from "../aws/stop-grant.ts";
import { eventPut } from "../aws/table/events.ts";
import { readExpiring } from "../aws/table/expiring.ts";
import { readGrant } from "../aws/table/grants.ts";
import { keys } from "../aws/table/keys.ts";
import { markChecked, type PolicySeen, policySeenPut, readPolicySeen } from "../aws/table/policy-seen.ts";
import { readLive } from "../aws/table/roles.ts";
import { transact } from "../aws/table/transaction.ts";
import { copiesOf } from "../core/access-role.ts";
import { ACTIONS_ROLE } from "../core/actions/action-type.ts";
import { type Actor, sealEvent } from "../core/audit/event.ts";
import { policyChanged } from "../core/policy/changed.ts";
import type { DecideDeps } from "../core/policy/decision.ts";
import { knownIn, knownTogether } from "../core/policy/known.ts";
import { isoMillis } from "../core/time.ts";
import { tellPeople } from "./people.ts";

export type WatchDeps = StopDeps & DecideDeps;

const ACTOR: Actor = { type: "broker", id: "sweep" };
const AT_ONCE = 8;

/**
 * Notes another policy than the one that was seen last, with its event, once. The first one ever seen changes nothing that
 * anybody could have relied on, so it is no event.
 */
async function noteChange(deps: WatchDeps, was: PolicySeen | undefined): Promise<PolicySeen | undefined> {
  const { version } = deps.bundle;
  const names = knownIn(deps.catalogue);
  // Who is new in a policy, or gone from it, is told apart; nobody is new in the first one.
  const told = was ? was.people : deps.catalogue.people.map(({ id }) => id);
  const seen: PolicySeen = {
    ...(was ? knownTogether(names, was) : names),
    ...{ version, checked: false },
    ...(told ? { people: told } : {}),
  };
  const id = deps.newId();
  const event = sealEvent({
    v: 1,
    id,
    type: "policy.changed",
    time: isoMillis(deps.now()),
    actor: ACTOR,
    facts: { policyVersion: version, ...(was ? { reason: `was ${was.version}` } : {}) },
  });
  const noted = await transact(deps.table, [
    policySeenPut(deps.table, seen, was),
    ...(was ? [eventPut(deps.table, keys.looseEvent(id), event)] : []),
  ]);
  if (noted.ok && was) deps.log("policy.changed", { policyVersion: version });
  // Noted by another run at this moment: that one looks at the grants, or the next.
  return noted.ok ? seen : undefined;
}

/** Stops a live grant that this policy would not let be minted: what it rests on is gone (I-33). */
async function lookAt(deps: WatchDeps, id: string): Promise<boolean> {
  const grant = await readGrant(deps.table, id);
  const expires = grant && isExpiring(grant, deps.now());
  if (!expires && grant?.status !== "ACTIVE" && grant?.status !== "ACTIVATING") return false;
  const changed = policyChanged(deps, grant);
  if (!changed) return false;
  const order = { by: ACTOR, why: { code: "policy_changed", detail: changed }, unminted: "deny" as const };
  return (await stopOrDeny(deps, grant, order)).is === "stopped";
}

/**
 * Looks at every live grant, in the roles of this policy and of all that were seen before; while one could not be, all are
 * again in the next minute.
 */
async function lookAtLive(deps: WatchDeps, seen: PolicySeen): Promise<void> {
  const roles = [...seen.roles, ...copiesOf({}, ACTIONS_ROLE)];
  const live = await atOnce(roles, AT_ONCE, async (role) => [
    ...(await readLive(deps.table, role)),
    ...(await readExpiring(deps.table, role)),
  ]);
  const looked = await atOnce(live.flat(), AT_ONCE, async ({ grantId }) => {
    try {
      return (await lookAt(deps, grantId)) ? "stopped" : "stays";
    } catch (fault) {
      deps.log("sweep.failed", { grantId, ...faultFields(fault) });
      return "failed";
    }
  });
  const stopped = looked.filter((each) => each === "stopped").length;
  if (stopped > 0) deps.log("sweep.repaired", { was: "live though policy changed", count: stopped });
  if (looked.includes("failed"))
    throw new Error("not every live grant could be looked at under the new policy");
  await markChecked(deps.table, seen.version);
}

/**
 * Notices a policy deploy: its version against the one in the table. Every live grant is then looked at once; and who came
 * and went with it is told, whatever becomes of that.
 */
export async function watchPolicy(deps: WatchDeps): Promise<void> {
  const found = await readPolicySeen(deps.table);
  const seen = found?.version === deps.bundle.version ? found : await noteChange(deps, found);
  if (!seen) return;
  try {
    if (!seen.checked) await lookAtLive(deps, seen);
  } finally {
    await tellPeople(deps, seen);
  }
}
