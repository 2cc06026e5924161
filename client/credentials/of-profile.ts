import type { AskBody, GrantView } from "../../functions/core/api/schemas.ts";
import { askOnce } from "../access/obtain.ts";
import { untilActive } from "../access/wait.ts";
import { whyOver } from "../access/words.ts";
import type { Broker } from "../broker/broker.ts";
import { LatchkeyError, OverError, RejectedError } from "../errors.ts";
import type { Cache, Kept } from "./cache.ts";
import { holdsUntil, isLater, isOpen, isStopped, isWhat } from "./fitting.ts";
import { collectAndKeep, type GiveDeps, given, isFresh, renewed } from "./give.ts";
import { askKey } from "./key.ts";
import type { Waiting } from "./of-grant.ts";
import { REFRESH_MS } from "./output.ts";

export type OfProfileDeps = GiveDeps & {
  broker: Pick<Broker, "credentials" | "grant" | "grants" | "ask" | "extend">;
  /** Runs one after the other what several processes do under one key. */
  alone<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
};
type Profiled = { key: string; body: AskBody };

const LISTED = 50;
/** How long an extension may take to become ACTIVE while the present keys work on. */
const AT_ONCE_SECONDS = 5;

/**
 * The agent's own grant that is exactly this ask, so that what is there is used and not asked for again: one that gives
 * access, else one that may, else the last that did.
 */
async function ownGrant(
  deps: OfProfileDeps,
  body: AskBody,
  signal?: AbortSignal,
): Promise<GrantView | undefined> {
  const { grants } = await deps.broker.grants({ limit: LISTED }, signal ? { signal } : {});
  const same = grants.filter((grant) => isWhat(body, grant) && !isLater(grant, deps.now()));
  const open = same.filter((grant) => isOpen(grant, deps.now()));
  return open.find(({ status }) => status === "ACTIVE") ?? open[0] ?? same[0];
}

/** A person's no holds for as long as what they said no to: else every call of an SDK would ask them once more. */
async function heedNo(deps: OfProfileDeps, grant: GrantView, signal?: AbortSignal): Promise<void> {
  if (!isStopped(grant)) return;
  const whole = await deps.broker.grant(grant.id, signal ? { signal } : {});
  const until = holdsUntil(whole);
  if (deps.now() >= until) return;
  const when = `It is not asked for again before ${new Date(until).toISOString()}`;
  const why = `${whyOver(whole)} ${when}; \`latchkey request\` does so at once.`;
  throw whole.status === "REJECTED" ? new RejectedError(why, whole) : new OverError(why, whole);
}

/** Asks with a key that is the same for a minute. Where that is a grant given back in this very minute, asks anew. */
async function ask(deps: OfProfileDeps, body: AskBody, signal?: AbortSignal): Promise<GrantView> {
  const abortable = signal ? { signal } : {};
  const asked = await askOnce(deps, body, { ...abortable, idempotencyKey: askKey(body, deps.now()) });
  return isOpen(asked, deps.now()) || isStopped(asked) ? asked : askOnce(deps, body, abortable);
}

async function found(deps: OfProfileDeps, body: AskBody, signal?: AbortSignal): Promise<GrantView> {
  const last = await ownGrant(deps, body, signal);
  if (last && isOpen(last, deps.now())) return last;
  if (last) await heedNo(deps, last, signal);
  return ask(deps, body, signal);
}

/**
 * The grant that goes on from one that is about to end, where policy alone decides: people are not asked for what may
 * not be needed. `extend` and not another ask: it can be had once, and a revocation reaches it. Undefined when there is
 * none now.
 */
async function extension(
  deps: OfProfileDeps,
  { kept, body }: { kept: Kept; body: AskBody },
  signal?: AbortSignal,
): Promise<GrantView | undefined> {
  const abortable = signal ? { signal } : {};
  try {
    const base = await deps.broker.grant(kept.grant, abortable);
    if (base.decision.outcome !== "allow") return undefined;
    const before = base.extendedBy ? await deps.broker.grant(base.extendedBy, abortable) : undefined;
    const next =
      before && isOpen(before, deps.now())
        ? before
        : await deps.broker.extend(kept.grant, { windowSeconds: body.windowSeconds }, abortable);
    return await untilActive(deps, next, { timeoutSeconds: AT_ONCE_SECONDS, ...abortable });
  } catch {
    signal?.throwIfAborted();
    // Whatever it is: the present keys work on, and when they end the broker says why there are no others.
    return undefined;
  }
}

/** How long before its end a grant is followed by the next: when SDKs renew, and never two at once for most of the time. */
const aheadMs = ({ windowSeconds }: AskBody): number => Math.min(REFRESH_MS, (windowSeconds * 1000) / 2);

async function fromKept(
  deps: OfProfileDeps & { cache: Cache },
  { key, body, kept }: Profiled & { kept: Kept },
  signal?: AbortSignal,
): Promise<string | undefined> {
  const next = await renewed(deps, { key, kept, again: true }, signal).catch((error: unknown) => {
    // Of another caller than who signs now: a profile of ~/.aws has changed hands. What is its own is looked for.
    if (error instanceof LatchkeyError && error.kind === "not_found") return error;
    throw error;
  });
  if (next instanceof Error) return undefined;
  const left = Date.parse(next.endsAt) - deps.now();
  if (next.told && left <= aheadMs(body)) {
    const grant = await extension(deps, { kept: next, body }, signal);
    if (grant) return collectAndKeep(deps, { key, grant, again: true }, signal);
  }
  return given(next, deps.now(), true);
}

/**
 * What `credential_process` prints for a profile: of what is kept, of a grant that is there, or of one that is asked for.
 * However many processes come at once, one grant is asked for: one after the other they look for it. For people each
 * waits by itself.
 */
export async function ofProfile(
  deps: OfProfileDeps,
  { key, body }: Profiled,
  options: Waiting = {},
): Promise<string> {
  const { cache } = deps;
  const { signal } = options;
  const fresh = (): string | undefined => {
    const kept = cache?.read(key);
    return kept && isFresh(kept, deps.now()) ? given(kept, deps.now(), true) : undefined;
  };
  const give = async (asked: GrantView): Promise<string> => {
    const grant = await untilActive(deps, asked, options);
    return collectAndKeep(deps, { key, grant, again: true }, signal);
  };
  const look = async (): Promise<string | GrantView> => {
    const done = fresh();
    if (done !== undefined) return done;
    const kept = cache?.read(key);
    const still = cache && kept && (await fromKept({ ...deps, cache }, { key, body, kept }, signal));
    if (still !== undefined) return still;
    const grant = await found(deps, body, signal);
    return grant.status === "PENDING" ? grant : give(grant);
  };
  const seen = fresh() ?? (await deps.alone(key, look, signal));
  return typeof seen === "string" ? seen : give(seen);
}
