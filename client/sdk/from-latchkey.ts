import type { AskBody } from "../../functions/core/api/schemas.ts";
import { LatchkeyError } from "../errors.ts";
import { bodyOf } from "./body.ts";
import { depsOf } from "./deps.ts";
import { keysOf } from "./keys.ts";
import { type Lease, type LeaseDeps, type LeaseOptions, openLease } from "./lease.ts";
import type { AccessRequest, Grant, Keys, ProfileRequest } from "./types.ts";
import type { AccessOptions, Credentials } from "./with-access.ts";

export type ProviderOptions = Omit<AccessOptions, "idempotencyKey"> & {
  /** Whether to ask anew when a window is over, which may mean that people are asked again. Default: true. */
  renew?: boolean;
};

/** A credential provider for clients of the AWS SDK for JavaScript v3, and the end of its access. */
export type LatchkeyProvider = Credentials & {
  /** Gives everything back, for good: later calls throw `LatchkeyError` of kind `over`. Also by `await using`. */
  release(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * A credential provider that asks Latchkey when credentials are first needed: `new S3Client({ credentials:
 * fromLatchkey({ resource, access, window, purpose }) })`. One ask serves however many requests wait for it; credentials
 * are kept while they are good, newer ones of a long window are collected before the older end, and when the window is
 * over it asks anew. `expiration` is the earlier of the session's and the window's end.
 *
 * Access is given back by `release()`, by `await using`, or when `signal` is aborted; otherwise its window ends it.
 *
 * What the broker says no to is thrown by the request that needed it: `DeniedError`, `RejectedError`, `OverError`,
 * remembered for half a minute so that a loop of requests is no loop of asks; what somebody ended is not asked for again
 * before its window would have been over. `PendingError` when nobody answered within `timeoutSeconds`: the ask then stays
 * open, and the next request goes on waiting for it.
 */
export function fromLatchkey(
  request: AccessRequest | ProfileRequest,
  options: ProviderOptions = {},
): LatchkeyProvider {
  return providerWith(depsOf(options), bodyOf(request), options);
}

/** So near its end a grant is not begun with: what is signed now has to arrive. At most a tenth of the window. */
const MARGIN_MS = 30_000;
const REMEMBER_MS = 30_000;
const FINAL: readonly string[] = ["denied", "rejected", "over"];

type Held = { grant: Grant; keys: Credentials };

/** The same over fakes. */
export function providerWith(
  deps: LeaseDeps,
  body: AskBody,
  { renew = true, ...options }: LeaseOptions & { renew?: boolean },
): LatchkeyProvider {
  /** What may be live, and from when on it surely is not. */
  const leases = new Map<Lease, number>();
  let asking: Lease | undefined;
  let held: Promise<Held> | undefined;
  let no: { error: unknown; at: number } | undefined;
  let isReleased = false;

  const isNearlyOver = ({ window }: Grant): boolean =>
    Date.parse(window.endsAt ?? "") - deps.now() <= Math.min(MARGIN_MS, window.seconds * 100);

  async function obtain(): Promise<Held> {
    if (isReleased) throw new LatchkeyError("over", "This access was given back: make a new fromLatchkey().");
    for (const [lease, endsAt] of leases) if (endsAt <= deps.now()) leases.delete(lease);
    asking ??= openLease(deps, body, options);
    const lease = asking;
    leases.set(lease, Number.POSITIVE_INFINITY);
    try {
      const grant = await lease.active();
      asking = undefined;
      leases.set(lease, Date.parse(grant.window.endsAt ?? "") || Number.POSITIVE_INFINITY);
      return { grant, keys: keysOf(deps, grant, lease.signal) };
    } catch (error) {
      // People are still asked: the next request goes on waiting.
      if (error instanceof LatchkeyError && error.kind === "pending") throw error;
      asking = undefined;
      await giveBack(lease);
      throw error;
    }
  }

  async function giveBack(lease: Lease): Promise<void> {
    await lease.giveBack();
    leases.delete(lease);
  }

  /** The grant that there is, or the one that is on its way: one for however many ask. */
  function hold(): Promise<Held> {
    held ??= obtain().catch((error) => {
      held = undefined;
      throw error;
    });
    return held;
  }

  async function keysNow(): Promise<Keys> {
    const having = hold();
    const { grant, keys } = await having;
    if (!isNearlyOver(grant) || !renew) return keys();
    // Whoever notices first asks for the next. The old one is left to its window: requests are under way with it.
    if (held === having) held = undefined;
    return (await hold()).keys();
  }

  async function provide(): Promise<Keys> {
    options.signal?.throwIfAborted();
    if (no && deps.now() - no.at < REMEMBER_MS) throw no.error;
    try {
      return await keysNow();
    } catch (error) {
      if (error instanceof LatchkeyError && FINAL.includes(error.kind)) no = { error, at: deps.now() };
      throw error;
    }
  }

  async function release(): Promise<void> {
    isReleased = true;
    options.signal?.removeEventListener("abort", onAbort);
    await Promise.all([...leases.keys()].map(giveBack));
  }
  const onAbort = (): void => void release();
  options.signal?.addEventListener("abort", onAbort, { once: true });

  return Object.assign(provide, { release, [Symbol.asyncDispose]: release });
}
