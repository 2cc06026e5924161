import { randomUUID } from "node:crypto";
import type { AskBody, GrantView } from "../../functions/core/api/schemas.ts";
import type { Broker } from "../broker/broker.ts";
import { DeniedError, LatchkeyError } from "../errors.ts";
import { untilActive, type WaitDeps, type WaitOptions } from "./wait.ts";

export type ObtainDeps = WaitDeps & { broker: Pick<Broker, "ask" | "grant"> };
/** An ask whose answer was not heard. Made again it is the same grant (I-38), which can then be given back. */
export type Unheard = { body: AskBody; idempotencyKey: string };
export type ObtainOptions = WaitOptions & {
  /** Where policy says no and offers a smaller ask that would pass, that is asked instead, once. */
  takeAlternative?: boolean;
  /** Called as soon as there is a grant, which from then on has to be released, whatever happens. */
  onAsked?(grant: GrantView): void;
  /** Called when there may be a grant of which nobody knows the id. */
  onUnheard?(asked: Unheard): void;
  idempotencyKey?: string;
};

/** How long an ask that is under way is given when somebody stops: nobody can give back a grant that nobody knows of. */
const SETTLE_MS = 5_000;

/** Runs `work` with a signal that is aborted only a while after the one that is given. Throws when that is aborted already. */
async function settled<T>(
  pause: WaitDeps["pause"],
  signal: AbortSignal | undefined,
  work: (options: { signal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  if (!signal) return work({});
  signal.throwIfAborted();
  const late = new AbortController();
  const done = new AbortController();
  const stop = (): void => {
    pause(SETTLE_MS, done.signal).then(
      () => late.abort(signal.reason),
      () => undefined,
    );
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await work({ signal: late.signal });
  } finally {
    signal.removeEventListener("abort", stop);
    done.abort();
  }
}

/** Asks, and waits for nobody: the grant as it is answered, for which `onAsked` is called too. */
export async function askOnce(
  deps: ObtainDeps,
  body: AskBody,
  options: ObtainOptions = {},
): Promise<GrantView> {
  const asked = await answered(deps, body, options);
  options.onAsked?.(asked);
  options.signal?.throwIfAborted();
  return asked;
}

async function answered(
  { broker, pause }: ObtainDeps,
  body: AskBody,
  options: ObtainOptions,
): Promise<GrantView> {
  const { signal } = options;
  const ask = (asked: AskBody, idempotencyKey: string) =>
    settled(pause, signal, async (late) => {
      try {
        return await broker.ask(asked, { ...late, idempotencyKey });
      } catch (error) {
        const unheard = late.signal?.aborted || (error instanceof LatchkeyError && error.unheard);
        if (unheard) options.onUnheard?.({ body: asked, idempotencyKey });
        throw error;
      }
    });
  try {
    return await ask(body, options.idempotencyKey ?? randomUUID());
  } catch (error) {
    const [smaller] = error instanceof DeniedError ? error.alternatives : [];
    if (!options.takeAlternative || !smaller) throw error;
    // Another ask, so a key of its own.
    return ask({ ...body, ...(smaller.change as Partial<AskBody>) } as AskBody, randomUUID());
  }
}

/**
 * Asks, and waits until there is access: the grant, ACTIVE. Throws as `Broker.ask` and `untilActive` do. Who is stopped
 * while the ask is under way is told of the grant first (`onAsked`), so that it can be given back.
 */
export async function obtain(
  deps: ObtainDeps,
  body: AskBody,
  options: ObtainOptions = {},
): Promise<GrantView> {
  return untilActive(deps, await askOnce(deps, body, options), options);
}
