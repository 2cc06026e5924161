import type { CredentialsView } from "../../functions/core/api/schemas.ts";
import { type CollectDeps, collect } from "../access/collect.ts";
import { LatchkeyError } from "../errors.ts";

export type Session = {
  /** The newest credentials; throws why there are none any more. */
  current(): CredentialsView;
  close(): void;
};

/** The broker makes the next session 15 minutes before the last ends; SDKs renew from then on. */
const AHEAD_MS = 15 * 60_000;
const AGAIN_MS = 30_000;

/** Keeps the newest credentials of a grant at hand while a command runs, so that whoever renews waits for nobody. */
export function keepSession(deps: CollectDeps, id: string, first: CredentialsView): Session {
  const closing = new AbortController();
  const { signal } = closing;
  let newest = first;
  let over: Error | undefined;
  const renew = async (): Promise<void> => {
    while (!over) {
      await deps.pause(Math.max(AGAIN_MS, Date.parse(newest.Expiration) - AHEAD_MS - deps.now()), signal);
      try {
        newest = await collect(deps, id, signal);
      } catch (error) {
        signal.throwIfAborted();
        // Anything else may pass; meanwhile the last session works until its end.
        if (error instanceof LatchkeyError && error.kind === "over") over = error;
      }
    }
  };
  renew().catch(() => undefined); // closed
  return {
    current() {
      if (over) throw over;
      if (deps.now() < Date.parse(newest.Expiration)) return newest;
      throw new LatchkeyError(
        "over",
        `Grant ${id} has no session any more: its last ended at ${newest.Expiration}.`,
      );
    },
    close: () => closing.abort(),
  };
}
