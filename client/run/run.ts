import type { AskBody, CredentialsView, GrantView } from "../../functions/core/api/schemas.ts";
import { collect } from "../access/collect.ts";
import { type ObtainDeps, obtain, type Unheard } from "../access/obtain.ts";
import { whoIsAsked } from "../access/words.ts";
import type { Broker } from "../broker/broker.ts";
import { PendingError } from "../errors.ts";
import type { Child } from "./child.ts";
import { type GiveBackDeps, giveBack, takeBack } from "./give-back.ts";
import { type StopDeps, stopsOf } from "./stops.ts";

export type RunDeps = ObtainDeps &
  GiveBackDeps &
  StopDeps & {
    broker: Pick<Broker, "ask" | "grant" | "credentials" | "release">;
    /** What is going on while nothing else is to be seen. */
    waiting: { say(text: string): void; close(): void };
    /** Starts the command with a grant's credentials. */
    start(grant: GrantView, keys: CredentialsView): Promise<{ child: Child; close(): void }>;
  };
export type RunOptions = {
  timeoutSeconds?: number;
  takeAlternative?: boolean;
  /** How long giving back is tried while the broker does not answer. */
  releaseSeconds: number;
};

/** Who asked is told that what they waited for was taken back. */
function takenBack(error: unknown): unknown {
  if (!(error instanceof PendingError)) return error;
  const asked = whoIsAsked(error.grant);
  const whom = asked ? ` by ${asked}` : "";
  return new PendingError(
    `Grant ${error.grant.id} was not decided${whom} within --timeout, and was taken back: ask again with a longer one.`,
    error.grant,
  );
}

/**
 * Asks, waits, runs a command with the access, and gives it back: whatever happens in between, and before the command's
 * exit code is returned. Nothing but the end of this process leaves a grant behind; then its window ends it.
 */
export async function runWithAccess(deps: RunDeps, body: AskBody, options: RunOptions): Promise<number> {
  const { timeoutSeconds, takeAlternative = false, releaseSeconds } = options;
  const stops = stopsOf(deps);
  const signal = stops.interrupted;
  let grant: GrantView | undefined;
  let started: Awaited<ReturnType<RunDeps["start"]>> | undefined;
  let unheard: Unheard | undefined;
  const note = (view: GrantView): void => {
    grant = view;
    const asked = whoIsAsked(view);
    deps.waiting.say(asked ? `Grant ${view.id} waits for ${asked}` : `Grant ${view.id} is ${view.status}`);
  };
  try {
    const onUnheard = (asked: Unheard): void => {
      unheard = asked;
    };
    const asking = { signal, takeAlternative, onAsked: note, onChange: note, onUnheard };
    const timeout = timeoutSeconds === undefined ? {} : { timeoutSeconds };
    grant = await obtain(deps, body, { ...asking, ...timeout });
    const keys = await collect(deps, grant.id, signal);
    signal.throwIfAborted();
    deps.waiting.close();
    started = await deps.start(grant, keys);
    await stops.ended(started.child);
  } catch (error) {
    throw takenBack(error);
  } finally {
    deps.waiting.close();
    stops.givingBack();
    const limits = { seconds: releaseSeconds, hurry: stops.hurry };
    if (grant) await giveBack(deps, grant, limits);
    else if (unheard) await takeBack(deps, unheard, limits);
    started?.close();
    if (!started) stops.close();
  }
  try {
    return await started.child.ended;
  } finally {
    stops.close();
  }
}
