import { forbidden } from "../aws/recheck.ts";
import type { Seal, SealContext } from "../aws/seal.ts";
import { readGrant, settleStep } from "../aws/table/grants.ts";
import { recordUndelivered, vanishedWrites } from "../aws/table/lost.ts";
import { livePut } from "../aws/table/roles.ts";
import { sealedPut } from "../aws/table/sealed.ts";
import { endWrites, stopWrites } from "../aws/table/stop.ts";
import type { Write } from "../aws/table/transaction.ts";
import { givenBy, givesSession } from "../core/grant/gives.ts";
import type { Grant, GrantIn } from "../core/grant/grant.ts";
import { activate, claim, deny, expire, fail, stop } from "../core/grant/moves.ts";
import { claimRotation, missRotation, nextRotation, rotate, rotateAtOf } from "../core/grant/rotation.ts";
import { claimIsDead, nextInWorkflow, type WorkflowState } from "../core/grant/schedule.ts";
import type { Moment, Step } from "../core/grant/step.ts";
import { epochMs, isoSeconds } from "../core/time.ts";
import { assume } from "./assume.ts";
import { attemptOf, type Held, type MintDeps, moment, type No } from "./deps.ts";
import { inWords } from "./refusals.ts";

const over = (grantId: string): WorkflowState => ({ schema: 1, grantId, next: "over" });
const toTheEnd = (grantId: string): WorkflowState => ({ schema: 1, grantId, next: "end" });

/** What may be claimed now: undefined says that something else comes first. */
function claimable(grant: Grant, now: number): GrantIn<"APPROVED" | "ACTIVATING" | "ACTIVE"> | undefined {
  switch (grant.status) {
    case "APPROVED":
      return nextInWorkflow(grant, now).next === "mint" ? grant : undefined;
    case "ACTIVATING":
      return claimIsDead(grant, now) ? grant : undefined;
    case "ACTIVE": {
      const due = nextRotation(grant);
      return due !== undefined && now >= due && now < epochMs(grant.endsAt) ? grant : undefined;
    }
    default:
      return undefined;
  }
}

/** Where an action goes on that a wait has brought here: to its permit, once the run that claimed one is surely dead. */
const permitNext = (grant: Grant, now: number): WorkflowState =>
  claimIsDead(grant, now) ? { schema: 1, grantId: grant.id, next: "permit" } : nextInWorkflow(grant, now);

/** A grant whose time to be minted is over. */
function lapsed(deps: MintDeps, grant: Grant, at: Moment): { step: Step; others: Write[] } | undefined {
  if (grant.status === "APPROVED" && at.now > epochMs(grant.startBy))
    return { step: expire(grant, { code: "start_missed" }, at), others: [] };
  if (grant.status !== "ACTIVATING" || at.now < epochMs(grant.endsAt)) return undefined;
  const others = [...endWrites(deps.table, grant), ...vanishedWrites(deps.table, grant, at)];
  return { step: fail(grant, { code: "window_over", detail: inWords("window_over") }, at), others };
}

/** What AWS refuses, and clocks that differ, somebody must be told of: there are alarms on them. */
function logCode({ kind, code }: No): "mint.clock_off" | "mint.failed" | "mint.refused" {
  if (code === "clock_off") return "mint.clock_off";
  return kind === "refused" && code !== "window_over" ? "mint.failed" : "mint.refused";
}

/**
 * What follows from an attempt that delivers nothing. A rotation that AWS refuses is tried again, for the session before
 * works on; what is forbidden now is stopped. DENIED and FAILED are said only when no attempt can have minted.
 */
async function refuse(deps: MintDeps, held: Held, no: No): Promise<WorkflowState> {
  const { kind, code } = no;
  const { id: grantId } = held;
  deps.log(logCode(no), { grantId, attempt: attemptOf(held), code });
  const at = moment(deps);
  const { table } = deps;
  const next = async (step: Step, others: Write[] = []) =>
    nextInWorkflow((await settleStep(deps.table, step, others)).grant, deps.now());

  if (held.status === "ACTIVE" && kind !== "forbidden") return next(missRotation(held, no, at));
  if (held.status === "ACTIVATING" && code === "window_over")
    return next(fail(held, no, at), endWrites(table, held));
  if (held.status === "ACTIVE" || (givesSession(held) && (held.attempt > 1 || kind === "discarded"))) {
    await settleStep(deps.table, stop(held, no, at), stopWrites(table, held));
    // The end of access queues the denial.
    return toTheEnd(grantId);
  }
  const step = kind === "forbidden" ? deny(held, no, at) : fail(held, no, at);
  return next(step, endWrites(table, held));
}

/** What is sealed for a claimed attempt, and until when it is good (epoch ms). */
type Minted = { close(context: SealContext): ReturnType<Seal["close"]>; expiration: number };

/** Seals what was minted and delivers it, if the grant is as it was claimed; else it is nobody's. */
async function deliver(deps: MintDeps, held: Held, { close, expiration }: Minted): Promise<WorkflowState> {
  const { id: grantId, agent } = held;
  const attempt = attemptOf(held);
  const context = { grant: grantId, agent: agent.id, attempt: String(attempt) };
  const sealed = { ...(await close(context)), attempt, expiration: isoSeconds(expiration) };
  const at = moment(deps);
  const rotateAt = rotateAtOf({ endsAt: expiration, now: at.now }, held, deps.rotateBeforeSeconds * 1000);
  const minted = { policyVersion: deps.bundle.version, rotateAt: givesSession(held) ? rotateAt : undefined };
  const step = held.status === "ACTIVE" ? rotate(held, minted, at) : activate(held, minted, at);
  const { done, grant } = await settleStep(deps.table, step, [sealedPut(deps.table, grantId, sealed)]);
  if (!done && givesSession(held)) await recordUndelivered(deps.table, held, attempt, at);
  const next = nextInWorkflow(grant, deps.now());
  deps.log(done ? "mint.minted" : "mint.not_delivered", { grantId, attempt, next: next.next });
  return next;
}

/**
 * Mints a grant's session, the only place that does. Claims an attempt first (conditional write), then reads lockdowns and
 * checks policy again, assumes the access role once, seals, and activates, or rotates, conditionally. A run that finds
 * nothing to claim writes nothing. A run that dies is followed by another attempt when its lease is over: its session was
 * never delivered.
 */
export async function mint(
  deps: MintDeps,
  { grantId }: Pick<WorkflowState, "grantId">,
): Promise<WorkflowState> {
  const grant = await readGrant(deps.table, grantId);
  if (!grant) return over(grantId);
  // Another function's: an action has no session.
  if (givenBy(grant) === "permit") return permitNext(grant, deps.now());
  const ready = claimable(grant, deps.now());
  if (!ready) return nextInWorkflow(grant, deps.now());
  const at = moment(deps);
  const late = lapsed(deps, ready, at);
  if (late) return nextInWorkflow((await settleStep(deps.table, late.step, late.others)).grant, deps.now());

  const step = ready.status === "ACTIVE" ? claimRotation(ready, at) : claim(ready, at);
  const claimed = step.after as Held;
  const { done, grant: now } = await settleStep(deps.table, step, [
    ...(claimed.status === "ACTIVATING" ? [livePut(deps.table, claimed)] : []),
    ...vanishedWrites(deps.table, ready, at),
  ]);
  if (!done) return nextInWorkflow(now, deps.now());

  const reason = await forbidden(deps, claimed);
  if (reason) return refuse(deps, claimed, { kind: "forbidden", ...reason });
  if (givenBy(claimed) === "masked") {
    // No role is assumed: the rows are read by Latchkey, and masked with a secret of this grant alone.
    const secret = deps.newMaskSecret();
    const close = (context: SealContext) => deps.maskSeal.close(secret, context);
    return deliver(deps, claimed, { close, expiration: epochMs(claimed.endsAt) });
  }
  const assumed = await assume(deps, claimed);
  if (!assumed.ok) return refuse(deps, claimed, assumed.no);
  const { session, expiration } = assumed.minted;
  return deliver(deps, claimed, { close: (context) => deps.seal.close(session, context), expiration });
}
