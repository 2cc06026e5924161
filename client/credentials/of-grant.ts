import { untilActive } from "../access/wait.ts";
import type { Broker } from "../broker/broker.ts";
import { collectAndKeep, type GiveDeps, given, isFresh, renewed } from "./give.ts";

export type OfGrantDeps = GiveDeps & { broker: Pick<Broker, "credentials" | "grant"> };
export type Waiting = { timeoutSeconds?: number; signal?: AbortSignal };

/** What `credential_process` prints for one grant, which is never asked for again. Throws why there is nothing. */
export async function ofGrant(
  deps: OfGrantDeps,
  { key, id }: { key: string; id: string },
  options: Waiting = {},
): Promise<string> {
  const again = false;
  const { cache } = deps;
  const kept = cache?.read(key);
  if (cache && kept) {
    if (isFresh(kept, deps.now())) return given(kept, deps.now(), again);
    const next = await renewed({ ...deps, cache }, { key, kept, again }, options.signal);
    if (next instanceof Error) throw next;
    return given(next, deps.now(), again);
  }
  const first = await deps.broker.grant(id, options.signal ? { signal: options.signal } : {});
  const grant = await untilActive(deps, first, options);
  return collectAndKeep(deps, { key, grant, again }, options.signal);
}
