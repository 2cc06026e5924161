import type { CredentialsView, GrantView } from "../../functions/core/api/schemas.ts";
import type { Broker } from "../broker/broker.ts";
import { OverError, RefusedError } from "../errors.ts";
import { noAccess, type WaitDeps } from "./wait.ts";
import { whyOver } from "./words.ts";

export type CollectDeps = Pick<WaitDeps, "now" | "pause"> & { broker: Pick<Broker, "credentials" | "grant"> };

/** How long a session that is nearly there is waited for: the broker itself holds the first call for five seconds. */
const COMING_MS = 30_000;
const AGAIN_MS = 1_000;

const codeOf = (error: unknown): string | undefined =>
  error instanceof RefusedError ? error.code : undefined;

/** Why a grant that the broker calls over is over: it is looked at once more, for who ended it and why. */
async function whyNot(
  { broker }: CollectDeps,
  id: string,
  error: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  const grant: GrantView = await broker.grant(id, signal ? { signal } : {});
  // Its window is over and nobody has said so yet.
  return noAccess(grant) ?? new OverError(whyOver(grant), grant, { cause: error });
}

/** The newest credentials of a grant. Throws `OverError` with who ended it and why, and whatever `Broker.credentials` throws. */
export async function collect(deps: CollectDeps, id: string, signal?: AbortSignal): Promise<CredentialsView> {
  const until = deps.now() + COMING_MS;
  for (;;) {
    try {
      return await deps.broker.credentials(id, signal ? { signal } : {});
    } catch (error) {
      if (codeOf(error) === "grant_over") throw await whyNot(deps, id, error, signal);
      if (codeOf(error) !== "not_ready" || deps.now() >= until) throw error;
      const status = error instanceof RefusedError ? error.details.status : undefined;
      // Nobody knows when people answer, nor when AWS gives a session that it refused.
      if (status !== "APPROVED" && status !== "ACTIVATING") throw error;
    }
    await deps.pause(AGAIN_MS, signal);
  }
}
