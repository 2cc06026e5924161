import type { GrantView } from "../../functions/core/api/schemas.ts";
import type { Unheard } from "../access/obtain.ts";
import type { Broker } from "../broker/broker.ts";
import { DeniedError, RefusedError } from "../errors.ts";

export type GiveBackDeps = {
  broker: Pick<Broker, "release" | "ask">;
  pause(ms: number, signal?: AbortSignal): Promise<void>;
  say(text: string): void;
  /** Called for a grant that is given back: what is kept of it is of no use. */
  forget(grant: string): void;
};

const AGAIN_MS = 1_000;
/** What the attempt that is under way is given when somebody cannot wait. */
const HURRY_MS = 2_000;

const isOverAlready = (error: unknown): boolean =>
  error instanceof RefusedError && (error.code === "wrong_state" || error.code === "grant_over");

/** A signal that is aborted after `ms`, or soon after `hurry`; `done` lets go of the timers. */
function limitOf(
  { pause }: GiveBackDeps,
  ms: number,
  hurry: AbortSignal,
): { limit: AbortSignal; done(): void } {
  const limit = new AbortController();
  const done = new AbortController();
  const after = (wait: number): void => {
    pause(wait, done.signal).then(
      () => limit.abort(),
      () => undefined,
    );
  };
  const soon = (): void => after(HURRY_MS);
  after(ms);
  if (hurry.aborted) soon();
  else hurry.addEventListener("abort", soon, { once: true, signal: done.signal });
  return { limit: limit.signal, done: () => done.abort() };
}

type Limits = { seconds: number; hurry: AbortSignal };

/** Tries until `attempt` is through, or until the limits are over; what it failed with last. */
async function tried(
  deps: GiveBackDeps,
  { seconds, hurry }: Limits,
  attempt: (limit: AbortSignal) => Promise<void>,
): Promise<{ why: string } | undefined> {
  const { limit, done } = limitOf(deps, seconds * 1000, hurry);
  let why = "";
  try {
    while (!limit.aborted) {
      try {
        await attempt(limit);
        return undefined;
      } catch (error) {
        if (!limit.aborted) why = (error as Error).message;
        await deps.pause(AGAIN_MS, limit).catch(() => undefined);
      }
    }
  } finally {
    done();
  }
  return { why };
}

async function released(deps: GiveBackDeps, id: string, limit: AbortSignal): Promise<void> {
  try {
    await deps.broker.release(id, { signal: limit });
  } catch (error) {
    if (!isOverAlready(error)) throw error;
  }
  deps.forget(id);
}

/**
 * Gives a grant back: ends it, or takes the ask back. Tried for `seconds` while the broker does not answer, then it is
 * said what ends it instead. Never throws: the command's exit code stays the command's.
 */
export async function giveBack(
  deps: GiveBackDeps,
  { id, window }: Pick<GrantView, "id" | "window">,
  limits: Limits,
): Promise<boolean> {
  const failed = await tried(deps, limits, (limit) => released(deps, id, limit));
  if (!failed) return true;
  const end = window.endsAt
    ? `its window ends it at ${window.endsAt}`
    : `if it is granted, its window of ${window.seconds} s ends it`;
  deps.say(`Grant ${id} could not be given back: ${end}. ${failed.why}`.trim());
  return false;
}

/** Whether the broker has said that an ask is no grant. */
const isNo = (error: unknown): boolean =>
  (error instanceof DeniedError || error instanceof RefusedError) && !error.unheard;

/**
 * Gives back what an ask has come to whose answer was lost: asks once more under its key, which is the same grant and
 * tells its id. Never throws either.
 */
export async function takeBack(
  deps: GiveBackDeps,
  { body, idempotencyKey }: Unheard,
  limits: Limits,
): Promise<boolean> {
  let id: string | undefined;
  const failed = await tried(deps, limits, async (limit) => {
    try {
      id ??= (await deps.broker.ask(body, { idempotencyKey, signal: limit })).id;
    } catch (error) {
      if (!isNo(error)) throw error;
    }
    if (id) await released(deps, id, limit);
  });
  if (!failed) return true;
  const what = id ? `Grant ${id}` : "Whether there is a grant is not known, and what there is";
  deps.say(
    `${what} could not be given back: if it is granted, its window of ${body.windowSeconds} s ends it. ${failed.why}`.trim(),
  );
  return false;
}
