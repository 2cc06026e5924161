import type { CredentialsView, GrantView } from "../../functions/core/api/schemas.ts";
import { type CollectDeps, collect } from "../access/collect.ts";
import { type ErrorKind, LatchkeyError, NoAccessError } from "../errors.ts";
import type { Cache, Kept } from "./cache.ts";
import { expirationOf, processOutput, REFRESH_MS } from "./output.ts";

export type GiveDeps = CollectDeps & { cache?: Cache | undefined };

/** How long kept keys are given without asking whether they still hold: who ended them early shows within it. */
const TRUSTED_MS = 60_000;
/** While the next session is due any moment. */
const ROTATING_MS = 5_000;

/** Whether kept keys may be given unasked. */
export function isFresh({ sessionEnds, endsAt, seenAt }: Kept, now: number): boolean {
  const rotating =
    Date.parse(sessionEnds) < Date.parse(endsAt) && Date.parse(sessionEnds) - now <= REFRESH_MS;
  const age = now - seenAt;
  // A clock that was set back makes nothing fresher.
  return age >= 0 && age < (rotating ? ROTATING_MS : TRUSTED_MS);
}

/** One kept entry as an SDK wants it. */
export const given = (kept: Kept, now: number, again: boolean): string =>
  processOutput(
    kept.keys,
    // Kept, so it is known whether it was told: the window is not looked at.
    expirationOf({ ...kept, now, again, windowSeconds: 0 }),
  );

/** What the cache keeps of an answer. */
function keptOf(
  grant: { id: string; endsAt: string },
  answer: CredentialsView,
  about: { now: number; again: boolean; told: boolean },
): Kept {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer;
  const ends = { endsAt: grant.endsAt, sessionEnds: Expiration };
  const told = expirationOf({ ...about, ...ends, windowSeconds: 0 }) !== undefined;
  return {
    ...{ version: 1, grant: grant.id, ...ends, seenAt: about.now, told },
    keys: { AccessKeyId, SecretAccessKey, SessionToken },
  };
}

/** Collects a grant that is ACTIVE, keeps it under a key, and gives it. */
export async function collectAndKeep(
  deps: GiveDeps,
  { key, grant, again }: { key: string; grant: GrantView; again: boolean },
  signal?: AbortSignal,
): Promise<string> {
  const answer = await collect(deps, grant.id, signal);
  const now = deps.now();
  const endsAt = grant.window.endsAt ?? answer.Expiration;
  const { cache } = deps;
  const before = cache?.read(key)?.told ?? false;
  const kept = keptOf({ id: grant.id, endsAt }, answer, { now, again, told: before });
  if (cache) {
    cache.write(key, kept);
    return given(kept, now, again);
  }
  const windowSeconds = grant.window.seconds;
  return processOutput(
    kept.keys,
    expirationOf({ now, endsAt, sessionEnds: answer.Expiration, windowSeconds, again }),
  );
}

/** What says nothing about the grant: the broker or the caller's own credentials are the trouble, or a session is late. */
const CANNOT_ASK: readonly ErrorKind[] = ["unavailable", "sign_in", "clock", "pending"];

/**
 * Kept keys, asked for anew: the same, the next session's, or why the grant is over, which is then forgotten. While nobody
 * can be asked they are given as they are, because they work.
 */
export async function renewed(
  deps: GiveDeps & { cache: Cache },
  { key, kept, again }: { key: string; kept: Kept; again: boolean },
  signal?: AbortSignal,
): Promise<Kept | NoAccessError> {
  try {
    const answer = await collect(deps, kept.grant, signal);
    const grant = { id: kept.grant, endsAt: kept.endsAt };
    const next = keptOf(grant, answer, { now: deps.now(), again, told: kept.told });
    deps.cache.write(key, next);
    return next;
  } catch (error) {
    if (error instanceof NoAccessError && error.kind === "over") {
      deps.cache.forget(key);
      return error;
    }
    signal?.throwIfAborted();
    if (error instanceof LatchkeyError && CANNOT_ASK.includes(error.kind)) return kept;
    deps.cache.forget(key);
    throw error;
  }
}
