import type { AskBody } from "../../functions/core/api/schemas.ts";
import { obtain, type Unheard } from "../access/obtain.ts";
import { untilActive } from "../access/wait.ts";
import { DeniedError, LatchkeyError, NoAccessError, OverError, RefusedError } from "../errors.ts";
import type { LeaseOptions } from "./options.ts";
import type { Broker, Grant } from "./types.ts";

export type LeaseDeps = {
  broker: Pick<Broker, "ask" | "grant" | "credentials" | "release">;
  /** Milliseconds since the epoch. */
  now(): number;
  pause(ms: number, signal?: AbortSignal): Promise<void>;
  /** A new Idempotency-Key. */
  newKey(): string;
  /** Tells whoever runs the program something that is no error of theirs. */
  warn(message: string): void;
};

/** How long it is tried to give back an ask whose answer was lost. */
const UNHEARD_MS = 30_000;

/** One ask, from asking to giving back. */
export type Lease = {
  /** Aborted when it is given back, or stopped. */
  signal: AbortSignal;
  /** The grant, ACTIVE: asks at first, and later goes on waiting for the same. Throws what `Broker.ask` and waiting do. */
  active(): Promise<Grant>;
  /** Gives back whatever was asked, also what is being asked at this moment. Throws only what `onReleaseFailed` throws. */
  giveBack(): Promise<void>;
};

// A grant that is over, or on its way there, has nothing to give back.
const isOver = (error: unknown): boolean =>
  (error instanceof NoAccessError && error.kind !== "pending") ||
  (error instanceof RefusedError && (error.code === "wrong_state" || error.code === "not_found"));

export function openLease(deps: LeaseDeps, body: AskBody, options: LeaseOptions): Lease {
  const { timeoutSeconds, onWaiting, takeAlternative, onReleaseFailed } = options;
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const idempotencyKey = options.idempotencyKey ?? deps.newKey();
  const wait = {
    signal,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    onChange: (grant: Grant) => {
      if (grant.status === "PENDING") onWaiting?.(grant);
    },
  };
  let asked: Grant | undefined;
  let unheard: Unheard | undefined;
  let waiting: Promise<Grant> | undefined;
  let ending: Promise<void> | undefined;

  async function untilThere(): Promise<Grant> {
    try {
      const grant = asked
        ? await untilActive(deps, asked, wait)
        : await obtain(deps, body, {
            ...wait,
            idempotencyKey,
            ...(takeAlternative ? { takeAlternative } : {}),
            onAsked: (grant) => {
              asked = grant;
            },
            onUnheard: (lost) => {
              unheard = lost;
            },
          });
      signal.throwIfAborted();
      asked = grant;
      return grant;
    } catch (error) {
      // What we or the program stopped with is nothing that the broker said.
      if (!signal.aborted && isOver(error)) asked = undefined;
      throw error;
    }
  }

  async function release(grant: Grant): Promise<void> {
    try {
      await deps.broker.release(grant.id);
    } catch (error) {
      if (isOver(error)) return;
      if (onReleaseFailed) return onReleaseFailed(error, grant);
      const ends = grant.window.endsAt ?? "the end of its window";
      deps.warn(
        `Grant ${grant.id} could not be given back and lasts until ${ends}: ${(error as Error).message}`,
      );
    }
  }

  /** The same ask under the same key is the same grant, which tells its id. */
  async function takeBack({ body: lost, idempotencyKey: key }: Unheard): Promise<void> {
    try {
      const signal = AbortSignal.timeout(UNHEARD_MS);
      const grant = await deps.broker.ask(lost, { idempotencyKey: key, signal });
      await release(grant);
    } catch (error) {
      const isNo = error instanceof DeniedError || error instanceof RefusedError;
      if (isNo && !error.unheard) return;
      deps.warn(
        `An ask for ${lost.resource} was not answered: if it is granted, it lasts ${lost.windowSeconds} s at most. ${(error as Error).message}`,
      );
    }
  }

  async function end(): Promise<void> {
    const why = "This access was given back: ask anew.";
    stop.abort(asked ? new OverError(why, asked) : new LatchkeyError("over", why));
    await waiting?.catch(() => undefined);
    const grant = asked;
    asked = undefined;
    if (grant) await release(grant);
    else if (unheard) await takeBack(unheard);
  }

  return {
    signal,
    active() {
      waiting ??= untilThere().finally(() => {
        waiting = undefined;
      });
      return waiting;
    },
    giveBack() {
      // Who calls it a second time waits for the first.
      ending ??= end();
      return ending;
    },
  };
}
