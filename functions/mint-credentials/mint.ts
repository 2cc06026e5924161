import type { Log } from "../aws/log.ts";
import type { Seal } from "../aws/seal.ts";
import type { AssumeRole, MintedSession } from "../aws/sessions.ts";
import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { applyStep, readGrant } from "../aws/table/grants.ts";
import { livePut } from "../aws/table/roles.ts";
import { sealedPut } from "../aws/table/sealed.ts";
import { endWrites } from "../aws/table/stop.ts";
import { copiesOf, roleArnOf } from "../core/access-role.ts";
import { lapsedRules } from "../core/approval/eligible.ts";
import type { Actor } from "../core/audit/event.ts";
import { approvalDigest } from "../core/grant/digest.ts";
import type { Grant, GrantIn } from "../core/grant/grant.ts";
import { activate, claim, deny, expire, fail, LIMITS_MS, sessionName } from "../core/grant/moves.ts";
import { nextInWorkflow, type WorkflowState } from "../core/grant/schedule.ts";
import type { Moment, Step } from "../core/grant/step.ts";
import { type DecideDeps, decide, unmetRules } from "../core/policy/decision.ts";
import { compileSessionPolicy } from "../core/session-policy.ts";
import { epochMs, isoSeconds } from "../core/time.ts";

export type MintDeps = DecideDeps & {
  table: Table;
  now: Now;
  newId: NewId;
  log: Log;
  assumeRole: AssumeRole;
  seal: Seal;
  accountId: string;
  partition: string;
};

const BROKER: Actor = { type: "broker", id: "mint-credentials" };
const moment = (deps: MintDeps): Moment => ({ now: deps.now(), by: BROKER, writer: deps.newId() });

/** A Lambda role assuming a role is role chaining: 900 to 3,600 s, whatever the window. */
export const sessionSeconds = (remaining: number): number => Math.max(900, Math.min(3_600, remaining));

// STS tells when a session ends in whole seconds; how far its clock may be from ours.
const CLOCK_TOLERANCE_MS = 2_000;

/** True when the session ends as long after the call as was asked for, by both clocks. */
export function clockAgrees(
  expiration: number,
  durationSeconds: number,
  call: { from: number; to: number },
): boolean {
  const stsNow = expiration - durationSeconds * 1000;
  return stsNow >= call.from - CLOCK_TOLERANCE_MS && stsNow <= call.to + CLOCK_TOLERANCE_MS;
}

/** Writes a step; whoever was first, the grant as it is now says what comes next. */
async function write(
  deps: MintDeps,
  step: Step,
  others: Parameters<typeof applyStep>[2] = [],
): Promise<WorkflowState> {
  const moved = await applyStep(deps.table, step, others);
  const grant = moved.ok ? moved.grant : moved.why === "wrong_state" ? moved.current : undefined;
  if (!grant) throw new Error(`grant ${step.after.id}: ${moved.ok ? "" : moved.why}`);
  return nextInWorkflow(grant, deps.now());
}

/** What may be claimed now: undefined says that something else comes first. */
function claimable(grant: Grant, now: number): GrantIn<"APPROVED" | "ACTIVATING"> | undefined {
  if (grant.status === "APPROVED") return nextInWorkflow(grant, now).next === "mint" ? grant : undefined;
  if (grant.status !== "ACTIVATING") return undefined;
  return now >= epochMs(grant.claimedAt) + LIMITS_MS.claimLease ? grant : undefined;
}

/**
 * Why this grant must not be minted now, though it was approved: policy, catalogue and approvals are read anew, the
 * context is the one taken when asked (I-11, I-18). What would be minted must hash to what was approved (I-03).
 */
function policyChanged(deps: MintDeps, grant: Grant): string | undefined {
  const agent = deps.catalogue.agents.find((each) => each.id === grant.agent.id);
  const resource = deps.catalogue.resources.find((each) => each.id === grant.resource.id);
  if (!agent || !resource) return "the agent or the resource is no longer in the catalogue";
  if (grant.windowSeconds > resource.maxWindowSeconds) return "the resource's longest window is now shorter";
  const { access, scope, windowSeconds, masked, requestedStart } = grant;
  const approvable = {
    agent: agent.id,
    kind: resource.kind,
    arn: resource.arn,
    settings: resource.settings,
    access,
    scope,
    windowSeconds,
    masked,
    requestedStart,
  };
  if (approvalDigest(approvable) !== grant.digest) return "what the ask compiles to has changed";
  if (!copiesOf(deps.catalogue, resource.accessRole).includes(grant.resource.role))
    return "the resource's access role has changed";
  const approved = grant.stages.filter((stage) => stage.status === "approved");
  if (approved.length !== grant.stages.length) return "a stage is not approved";
  // Whether people could be found is a matter of the day of the ask; that some are away by now undoes no yes.
  const { askedAt, decision } = grant;
  const again = decide(deps, { agent, resource, access, context: decision.context, at: epochMs(askedAt) });
  const unmet = unmetRules(again, approved);
  const lapsed = lapsedRules(deps.catalogue, agent, approved);
  if (lapsed.length > 0) return `approvals no longer stand: ${lapsed.join(", ")}`;
  return unmet.length > 0 ? `rules not met: ${unmet.join(", ")}` : undefined;
}

type Attempt = { ok: true; minted: MintedSession } | { ok: false; next: WorkflowState };

async function assume(deps: MintDeps, grant: GrantIn<"ACTIVATING">): Promise<Attempt> {
  const ends = epochMs(grant.endsAt);
  const remaining = Math.ceil((ends - deps.now()) / 1000);
  const none = async (code: string): Promise<Attempt> => {
    deps.log("mint.refused", { grantId: grant.id, code });
    // An earlier attempt vanished and may have minted: nothing may be called FAILED, the end of access denies it.
    if (grant.attempt > 1 && code !== "window_over")
      return { ok: false, next: { schema: 1, grantId: grant.id, next: "end" } };
    return {
      ok: false,
      next: await write(deps, fail(grant, { code }, moment(deps)), endWrites(deps.table, grant)),
    };
  };
  if (remaining <= 0) return none("window_over");
  const { kind, arn, settings } = grant.resource;
  const compiled = compileSessionPolicy(
    { kind, arn, settings, access: grant.access, scope: grant.scope },
    { endsAt: grant.endsAt, grantId: grant.id },
  );
  if (!compiled.ok) return none("scope_too_large");
  const durationSeconds = sessionSeconds(remaining);
  const from = deps.now();
  const answer = await deps.assumeRole({
    roleArn: roleArnOf(grant.resource.role, deps),
    sessionName: sessionName(grant, grant.attempt),
    sourceIdentity: grant.agent.id,
    policy: compiled.policy,
    durationSeconds,
  });
  const to = deps.now();
  if (!answer.ok) return none(answer.code);
  if (!clockAgrees(answer.minted.expiration, durationSeconds, { from, to })) {
    // A session exists that nobody gets: the end of access denies it.
    deps.log("mint.clock_off", { grantId: grant.id, attempt: grant.attempt });
    return { ok: false, next: { schema: 1, grantId: grant.id, next: "end" } };
  }
  return { ok: true, minted: answer.minted };
}

/**
 * Mints a grant's session, the only place that does. Claims an attempt first (conditional write), then checks policy
 * again, assumes the access role once, seals, and activates conditionally. A run that finds nothing to claim writes
 * nothing. A run that dies is followed by another attempt when its lease is over: its session was never delivered.
 */
export async function mint(
  deps: MintDeps,
  { grantId }: Pick<WorkflowState, "grantId">,
): Promise<WorkflowState> {
  const grant = await readGrant(deps.table, grantId);
  if (!grant) return { schema: 1, grantId, next: "over" };
  const ready = claimable(grant, deps.now());
  if (!ready) return nextInWorkflow(grant, deps.now());
  if (ready.status === "APPROVED" && deps.now() > epochMs(ready.startBy)) {
    return write(deps, expire(ready, { code: "start_missed" }, moment(deps)));
  }
  if (ready.status === "ACTIVATING" && deps.now() >= epochMs(ready.endsAt)) {
    return write(deps, fail(ready, { code: "window_over" }, moment(deps)), endWrites(deps.table, ready));
  }

  const step = claim(ready, moment(deps));
  const claimed = step.after as GrantIn<"ACTIVATING">;
  const moved = await applyStep(deps.table, step, [livePut(deps.table, claimed)]);
  if (!moved.ok || moved.grant.status !== "ACTIVATING") {
    const current = moved.ok ? moved.grant : moved.why === "wrong_state" ? moved.current : undefined;
    return current ? nextInWorkflow(current, deps.now()) : { schema: 1, grantId, next: "over" };
  }

  const changed = policyChanged(deps, moved.grant);
  if (changed) {
    deps.log("mint.refused", { grantId, code: "policy_changed" });
    if (moved.grant.attempt > 1) return { schema: 1, grantId, next: "end" };
    const denied = deny(moved.grant, { code: "policy_changed", detail: changed }, moment(deps));
    return write(deps, denied, endWrites(deps.table, moved.grant));
  }
  const attempt = await assume(deps, moved.grant);
  if (!attempt.ok) return attempt.next;
  const { session, expiration } = attempt.minted;
  const context = { grant: grantId, agent: moved.grant.agent.id, attempt: String(moved.grant.attempt) };
  const sealed = {
    ...(await deps.seal.close(session, context)),
    attempt: moved.grant.attempt,
    expiration: isoSeconds(expiration),
  };
  const active = activate(moved.grant, { policyVersion: deps.bundle.version }, moment(deps));
  const next = await write(deps, active, [sealedPut(deps.table, grantId, sealed)]);
  deps.log("mint.minted", { grantId, attempt: moved.grant.attempt, next: next.next });
  return next;
}
