import { epochMs, isoMillis } from "../time.ts";
import type { GrantIn } from "./grant.ts";
import { LIMITS_MS, sessionName } from "./moves.ts";
import { type Moment, makeStep, type Step } from "./step.ts";

type Active = GrantIn<"ACTIVE">;

// STS tells a session's end in whole seconds, and its clock may differ a little: so much is not worth a rotation.
const NOT_WORTH_MS = 5_000;

/** When a session should have a successor: some time before it ends; undefined when it lasts as long as the window. */
export function rotateAtOf(
  session: { endsAt: number; now: number },
  window: { endsAt: string },
  leadMs: number,
): string | undefined {
  if (session.endsAt + NOT_WORTH_MS >= epochMs(window.endsAt)) return undefined;
  return isoMillis(Math.max(session.endsAt - leadMs, session.now));
}

const LONGEST_WAIT_MS = 600_000;

/** How long after the claim of a rotation the next may follow: its lease, then twice as long each time, ten minutes at most. */
const waitMs = (failed: number): number =>
  Math.min(LONGEST_WAIT_MS, LIMITS_MS.claimLease * 2 ** Math.max(0, failed - 1));

/**
 * From when on a rotation may be claimed: when it is due, and the run that claimed one is surely dead. Undefined when
 * there is none before the window's end.
 */
export function nextRotation({ attempt, rotateAt, rotating, endsAt }: Active): number | undefined {
  if (rotateAt === undefined) return undefined;
  const surelyDead = rotating ? epochMs(rotating.claimedAt) + waitMs(rotating.attempt - attempt) : 0;
  const at = Math.max(epochMs(rotateAt), surelyDead);
  return at < epochMs(endsAt) ? at : undefined;
}

/** Claims the next attempt while the grant stays ACTIVE: the session that was delivered works on, and nothing moves `endsAt`. */
export function claimRotation(before: Active, moment: Moment): Step {
  const due = nextRotation(before);
  if (due === undefined || due > moment.now) throw new RangeError(`no rotation of ${before.id} is due`);
  const attempt = Math.max(before.attempt, before.lastAttempt ?? 0) + 1;
  const rotating = { attempt, claimedAt: isoMillis(moment.now) };
  const facts = { attempt, sessionName: sessionName(before, attempt) };
  return makeStep(
    "claimRotation",
    { before, after: { ...before, rotating, lastAttempt: attempt }, facts },
    moment,
  );
}

function claimedIn(before: Active): NonNullable<Active["rotating"]> {
  if (!before.rotating) throw new RangeError(`no rotation of ${before.id} is claimed`);
  return before.rotating;
}

/** The claimed rotation was minted and sealed in the place of the session before. */
export function rotate(
  before: Active,
  minted: { policyVersion: string; rotateAt: string | undefined },
  moment: Moment,
): Step {
  const { attempt, claimedAt } = claimedIn(before);
  const { rotating: _claim, rotateAt: _due, lastAttempt: _last, ...kept } = before;
  const next = minted.rotateAt === undefined ? {} : { rotateAt: minted.rotateAt };
  const facts = { attempt, sessionName: sessionName(before, attempt), policyVersion: minted.policyVersion };
  return makeStep("rotate", { before, after: { ...kept, ...next, attempt, claimedAt }, facts }, moment);
}

/** The claimed rotation delivered nothing: the grant keeps the session that it has, and another rotation follows. */
export function missRotation(
  before: Active,
  why: { code: string; detail?: string | undefined },
  moment: Moment,
): Step {
  const { attempt } = claimedIn(before);
  const { rotating: _claim, ...kept } = before;
  const rotateAt = isoMillis(moment.now + waitMs(attempt - before.attempt));
  const facts = {
    attempt,
    sessionName: sessionName(before, attempt),
    code: why.code,
    ...(why.detail ? { reason: why.detail } : {}),
  };
  return makeStep("missRotation", { before, after: { ...kept, rotateAt }, facts }, moment);
}
