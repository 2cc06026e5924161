import type { GrantView } from "../../functions/core/api/schemas.ts";
import type { Broker } from "../broker/broker.ts";
import { RefusedError } from "../errors.ts";

export type GiveBackDeps = {
  broker: Pick<Broker, "release">;
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

/**
 * Gives a grant back: ends it, or takes the ask back. Tried for `seconds` while the broker does not answer, then it is
 * said what ends it instead. Never throws: the command's exit code stays the command's.
 */
export async function giveBack(
  deps: GiveBackDeps,
  { id, window }: Pick<GrantView, "id" | "window">,
  { seconds, hurry }: { seconds: number; hurry: AbortSignal },
): Promise<boolean> {
  const { limit, done } = limitOf(deps, seconds * 1000, hurry);
  let why = "";
  try {
    while (!limit.aborted) {
      try {
        await deps.broker.release(id, { signal: limit });
        deps.forget(id);
        return true;
      } catch (error) {
        if (isOverAlready(error)) {
          deps.forget(id);
          return true;
        }
        if (!limit.aborted) why = (error as Error).message;
        await deps.pause(AGAIN_MS, limit).catch(() => undefined);
      }
    }
  } finally {
    done();
  }
  const end = window.endsAt
    ? `its window ends it at ${window.endsAt}`
    : `if it is granted, its window of ${window.seconds} s ends it`;
  deps.say(`Grant ${id} could not be given back: ${end}. ${why}`.trim());
  return false;
}
