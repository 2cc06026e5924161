import type { AskBody } from "../../functions/core/api/schemas.ts";
import { LatchkeyError } from "../errors.ts";
import { keysOf } from "./keys.ts";
import { type Lease, type LeaseDeps, openLease } from "./lease.ts";
import type { Credentials, LatchkeyProvider, LeaseOptions } from "./options.ts";
import type { Grant, Keys } from "./types.ts";

/** So near its end a grant is not begun with: what is signed now has to arrive. At most a tenth of the window. */
const MARGIN_MS = 30_000;
const REMEMBER_MS = 30_000;
const FINAL: readonly string[] = ["denied", "rejected", "over"];

type Held = { grant: Grant; keys: Credentials };

/** `fromLatchkey` in a world that is given. */
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
  // Nobody waits for this one: what `onReleaseFailed` throws must not end the process.
  const onAbort = (): void => {
    release().catch((error: unknown) =>
      deps.warn(`What could not be given back: ${(error as Error).message}`),
    );
  };
  options.signal?.addEventListener("abort", onAbort, { once: true });

  return Object.assign(provide, { release, [Symbol.asyncDispose]: release });
}
