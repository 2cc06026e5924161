import { type Applied, applyLockdowns } from "../aws/apply-lockdowns.ts";
import type { Answer } from "../aws/http/answer.ts";
import { invalid } from "../aws/http/input.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { faultFields } from "../aws/log.ts";
import { orderDenies } from "../aws/order-denies.ts";
import { readKnown } from "../aws/table/policy-seen.ts";
import type { LockdownBody, LockdownSetView } from "../core/api/schemas.ts";
import { mayLockDown } from "../core/approval/stops.ts";
import type { Actor } from "../core/audit/event.ts";
import { isRefusal, refusal } from "../core/errors.ts";
import { type Lockdown, rolesUnder, targetText } from "../core/lockdown.ts";
import type { Known } from "../core/policy/known.ts";
import type { StopsDeps } from "./deps.ts";
import { isThere } from "./target.ts";
import { keyOf, standingOrSet } from "./write-lockdown.ts";

/** API Gateway waits 29 s: what is not stopped by then is left to `sweep`, and the answer says so. */
const STOPPING_MS = 18_000;

type Stopped = Pick<LockdownSetView, "stopped" | "failed" | "complete">;

/**
 * Stops what is live. The lockdown stands, whatever happens here: a fault is logged, said in the answer, and made good by
 * `sweep`. The role's list is ordered before as well, so that an agent's pattern or a role's stop does not wait for it.
 */
export async function stopLive(
  deps: StopsDeps,
  lockdown: Lockdown,
  { roles }: Known,
  by: Actor,
): Promise<Stopped> {
  await orderDenies(deps, rolesUnder(lockdown, roles), lockdown.id);
  try {
    const until = deps.now() + STOPPING_MS;
    const applied: Applied = await applyLockdowns(deps, { lockdowns: [lockdown], roles, by, until });
    // Another cause each time: the queue drops what has an earlier order's id, and these entries are newer than that.
    await orderDenies(deps, applied.roles, `${lockdown.id}.${deps.newId()}`);
    const { stopped, failed, unread } = applied;
    return { stopped: stopped.length, failed, complete: failed.length + unread.length === 0 };
  } catch (fault) {
    deps.log("lockdown.not_applied", { lockdown: lockdown.id, ...faultFields(fault) });
    return { stopped: 0, failed: [], complete: false };
  }
}

/**
 * `POST /lockdowns`: nothing is granted for this target from now on, and all that is live ends. The order is written first,
 * then what is live is read, strongly consistent: a mint that this does not see has not read lockdowns yet (I-71). For a
 * target under a lockdown already the answer is that one, applied again.
 */
export async function setLockdown(deps: StopsDeps, call: Call): Promise<Answer> {
  const { principal, actor } = call;
  if (principal.kind !== "person") return refusal("not_your_role");
  if (!mayLockDown(deps.catalogue, { person: principal.person, at: deps.now() }))
    return refusal("not_your_role");
  const { target, reason } = call.body as LockdownBody;
  const key = keyOf(call);
  if (!key.ok) return key.refusal;
  const known = await readKnown(deps.table, deps.catalogue);
  if (!(await isThere(deps.table, known, target)))
    return invalid("target.id", `there is no ${target.type} of this name`);
  const order = { target, reason, by: principal.person.id };
  const found = await standingOrSet(deps, order, { by: actor, keyed: key.keyed });
  if (isRefusal(found)) return found;
  const { lockdown, isNew } = found;
  if (isNew) deps.log("lockdown.set", { lockdown: lockdown.id, target: targetText(target) });
  const body: LockdownSetView = { ...lockdown, ...(await stopLive(deps, lockdown, known, actor)) };
  return { status: isNew ? 201 : 200, body };
}
