import { noAccess } from "../access/wait.ts";
import { LatchkeyError } from "../errors.ts";
import type { Broker, Grant, Keys } from "./types.ts";

export type KeysDeps = {
  broker: Pick<Broker, "credentials" | "grant">;
  /** Milliseconds since the epoch. */
  now(): number;
  pause(ms: number, signal?: AbortSignal): Promise<void>;
};

/**
 * The AWS SDK for JavaScript asks its provider again, at every request, when under five minutes remain. A session that
 * the broker will replace is collected anew a little before that.
 * https://github.com/smithy-lang/smithy-typescript (packages/core: `isIdentityExpired`)
 */
const SOON_MS = 6 * 60_000;
/** So that requests in the last minutes of a session don't each ask for the next, which may not be there yet. */
const AGAIN_MS = 10_000;
const TRIES = 6;
const WAIT_MS = 2_000;

type Have = { keys: Keys & { expiration: Date }; at: number };

/**
 * Provides the newest credentials of an ACTIVE grant: kept while they are good, collected once for however many ask at
 * the same time, and collected anew before a session ends that is shorter than the window. Throws `OverError` when the
 * grant is over.
 */
export function keysOf(
  { broker, now, pause }: KeysDeps,
  grant: Grant,
  signal?: AbortSignal,
): () => Promise<Keys> {
  const endsAt = Date.parse(grant.window.endsAt ?? "");
  let have: Have | undefined;
  let collecting: Promise<Keys> | undefined;

  const isGood = ({ keys, at }: Have): boolean => {
    const until = keys.expiration.getTime();
    if (until <= now()) return false;
    return until >= endsAt || until - now() > SOON_MS || now() - at < AGAIN_MS;
  };

  async function collect(): Promise<Keys> {
    for (let tries = 1; ; tries++) {
      try {
        const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = await broker.credentials(
          grant.id,
          signal ? { signal } : {},
        );
        const keys = {
          accessKeyId: AccessKeyId,
          secretAccessKey: SecretAccessKey,
          sessionToken: SessionToken,
          expiration: new Date(Expiration),
        };
        have = { keys, at: now() };
        return keys;
      } catch (error) {
        signal?.throwIfAborted();
        const kind = error instanceof LatchkeyError ? error.kind : undefined;
        if (kind === "over") throw noAccess(await broker.grant(grant.id)) ?? error;
        // What works is not thrown away because the next cannot be had just now.
        if (have && have.keys.expiration.getTime() > now()) {
          have = { ...have, at: now() };
          return have.keys;
        }
        // One session is over and the next is on its way.
        if (kind !== "pending" || tries === TRIES) throw error;
        await pause(WAIT_MS, signal);
      }
    }
  }

  return async () => {
    signal?.throwIfAborted();
    if (have && isGood(have)) return have.keys;
    collecting ??= collect().finally(() => {
      collecting = undefined;
    });
    return collecting;
  };
}
