import { forbidden } from "../aws/recheck.ts";
import { permitPut } from "../aws/table/actions.ts";
import { readGrant, settleStep } from "../aws/table/grants.ts";
import { vanishedWrites } from "../aws/table/lost.ts";
import { livePut } from "../aws/table/roles.ts";
import { endWrites } from "../aws/table/stop.ts";
import type { Grant, GrantIn } from "../core/grant/grant.ts";
import { activate, claim, deny, expire, fail } from "../core/grant/moves.ts";
import { claimIsDead, nextInWorkflow, type WorkflowState } from "../core/grant/schedule.ts";
import { ACTION } from "../core/kinds/names.ts";
import { epochMs } from "../core/time.ts";
import { type IssueDeps, moment } from "./deps.ts";
import { signPermit } from "./sign.ts";

/** After an action is ACTIVE it waits for its end, or is performed by Latchkey, where the type says so. */
function nextOf(grant: Grant, now: number): WorkflowState {
  const isPerformed = grant.status === "ACTIVE" && grant.resource.settings?.performer !== undefined;
  return isPerformed && now < epochMs(grant.endsAt)
    ? { schema: 1, grantId: grant.id, next: "perform", action: grant.resource.id, until: grant.endsAt }
    : nextInWorkflow(grant, now);
}

/** What may be claimed now: an approval, or a claim whose run is surely dead. */
const claimable = (grant: Grant, now: number): GrantIn<"APPROVED" | "ACTIVATING"> | undefined =>
  grant.status === "APPROVED" || claimIsDead(grant, now) ? grant : undefined;

/** An action whose time to be permitted is over. */
function lapsed(deps: IssueDeps, grant: GrantIn<"APPROVED" | "ACTIVATING">) {
  const at = moment(deps);
  if (grant.status === "APPROVED")
    return at.now > epochMs(grant.startBy)
      ? { step: expire(grant, { code: "start_missed" }, at), others: [] }
      : undefined;
  if (at.now < epochMs(grant.endsAt)) return undefined;
  const others = [...endWrites(deps.table, grant), ...vanishedWrites(deps.table, grant, at)];
  return { step: fail(grant, { code: "window_over" }, at), others };
}

/**
 * Issues an action's permit, the only place that does. As a session is minted: claims first (conditional write), then
 * reads lockdowns and checks policy again, signs, and activates conditionally, the permit in the same transaction. A run
 * that dies is followed by another when its lease is over: its permit was never kept, so nobody can have it.
 */
export async function issuePermit(
  deps: IssueDeps,
  { grantId }: Pick<WorkflowState, "grantId">,
): Promise<WorkflowState> {
  const { table } = deps;
  const grant = await readGrant(table, grantId);
  if (!grant) return { schema: 1, grantId, next: "over" };
  const ready = grant.resource.kind === ACTION ? claimable(grant, deps.now()) : undefined;
  if (!ready) return nextOf(grant, deps.now());
  const late = lapsed(deps, ready);
  if (late) return nextOf((await settleStep(deps.table, late.step, late.others)).grant, deps.now());

  const at = moment(deps);
  const step = claim(ready, at);
  const held = step.after as GrantIn<"ACTIVATING">;
  const claimed = await settleStep(deps.table, step, [
    livePut(table, held),
    ...vanishedWrites(table, ready, at),
  ]);
  if (!claimed.done) return nextOf(claimed.grant, deps.now());

  const reason = await forbidden(deps, held);
  if (reason) {
    deps.log("permit.refused", { grantId, code: reason.code });
    const denied = deny(held, reason, moment(deps));
    return nextOf((await settleStep(deps.table, denied, endWrites(table, held))).grant, deps.now());
  }
  const permit = await signPermit(deps, held);
  const minted = { policyVersion: deps.bundle.version };
  const active = await settleStep(deps.table, activate(held, minted, moment(deps)), [
    permitPut(table, grantId, permit),
  ]);
  const next = nextOf(active.grant, deps.now());
  deps.log(active.done ? "permit.issued" : "permit.not_delivered", { grantId, next: next.next });
  return next;
}
