import type { MintedSession } from "../aws/sessions.ts";
import { roleArnOf } from "../core/access-role.ts";
import { sessionName } from "../core/grant/moves.ts";
import { compileSessionPolicy } from "../core/session-policy.ts";
import { epochMs } from "../core/time.ts";
import { attemptOf, type Held, type MintDeps, type No } from "./deps.ts";
import { inWords } from "./refusals.ts";

const SHORTEST_SECONDS = 900;

/** A Lambda role assuming a role is role chaining: 900 to 3,600 s, whatever the window. */
export const sessionSeconds = (remaining: number, longest: number): number =>
  Math.max(SHORTEST_SECONDS, Math.min(longest, remaining));

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

type Assumed = { ok: true; minted: MintedSession } | { ok: false; no: No };
const no = (kind: No["kind"], code: string): Assumed => ({
  ok: false,
  no: { kind, code, detail: inWords(code) },
});

/** One session for the claimed attempt, that can do exactly what was approved until the window's end. One call, no retry. */
export async function assume(deps: MintDeps, held: Held): Promise<Assumed> {
  const { resource, access, scope, endsAt } = held;
  const remaining = Math.ceil((epochMs(endsAt) - deps.now()) / 1000);
  if (remaining <= 0) return no("refused", "window_over");
  const { kind, arn, settings } = resource;
  const compiled = compileSessionPolicy({ kind, arn, settings, access, scope }, { endsAt, grantId: held.id });
  if (!compiled.ok) return no("refused", "scope_too_large");
  const durationSeconds = sessionSeconds(remaining, deps.longestSessionSeconds);
  const from = deps.now();
  const answer = await deps.assumeRole({
    roleArn: roleArnOf(resource.role, deps),
    sessionName: sessionName(held, attemptOf(held)),
    sourceIdentity: held.agent.id,
    policy: compiled.policy,
    durationSeconds,
  });
  const to = deps.now();
  if (!answer.ok) return no("refused", answer.code);
  if (!clockAgrees(answer.minted.expiration, durationSeconds, { from, to }))
    return no("discarded", "clock_off");
  return { ok: true, minted: answer.minted };
}
