import type { AskBody, GrantView } from "../../functions/core/api/schemas.ts";
import type { Broker } from "../broker/broker.ts";
import { DeniedError } from "../errors.ts";
import { untilActive, type WaitDeps, type WaitOptions } from "./wait.ts";

export type ObtainDeps = WaitDeps & { broker: Pick<Broker, "ask" | "grant"> };
export type ObtainOptions = WaitOptions & {
  /** Where policy says no and offers a smaller ask that would pass, that is asked instead, once. */
  takeAlternative?: boolean;
  /** Called as soon as there is a grant, which from then on has to be released, whatever happens. */
  onAsked?(grant: GrantView): void;
  idempotencyKey?: string;
};

async function askOnce({ broker }: ObtainDeps, body: AskBody, options: ObtainOptions): Promise<GrantView> {
  const { signal, idempotencyKey } = options;
  try {
    return await broker.ask(body, {
      ...(signal ? { signal } : {}),
      ...(idempotencyKey ? { idempotencyKey } : {}),
    });
  } catch (error) {
    const [smaller] = error instanceof DeniedError ? error.alternatives : [];
    if (!options.takeAlternative || !smaller) throw error;
    // Another ask, so a key of its own.
    return broker.ask(
      { ...body, ...(smaller.change as Partial<AskBody>) } as AskBody,
      signal ? { signal } : {},
    );
  }
}

/** Asks, and waits until there is access: the grant, ACTIVE. Throws as `Broker.ask` and `untilActive` do. */
export async function obtain(
  deps: ObtainDeps,
  body: AskBody,
  options: ObtainOptions = {},
): Promise<GrantView> {
  const asked = await askOnce(deps, body, options);
  options.onAsked?.(asked);
  return untilActive(deps, asked, options);
}
