import type { GrantView } from "../../functions/core/api/schemas.ts";
import { isAction } from "../access/action.ts";
import type { WaitOptions } from "../access/wait.ts";
import { whoIsAsked } from "../access/words.ts";
import type { Broker } from "../broker/broker.ts";
import { LatchkeyError, NoAccessError } from "../errors.ts";

/** Told as soon as there is a grant, and at each change. */
type Begin = (options: WaitOptions & { onAsked(grant: GrantView): void }) => Promise<GrantView>;

export type WaitDeps = {
  broker: Pick<Broker, "release">;
  /** Aborted when somebody stops this process. */
  stopped: AbortSignal;
  say(text: string): void;
};
export type Patience = {
  /** Seconds that people may take; absent: until they have decided. */
  timeoutSeconds?: number;
  /** False: the grant as it stands once it is asked. */
  wait: boolean;
  /** Stopped while it waits, the grant goes on waiting; otherwise it is cancelled. */
  keep?: boolean;
};

/** What a grant waits for, and for whom. */
function waitsFor(grant: GrantView): string {
  const { id, status, decision, window } = grant;
  if (status === "PENDING") {
    const decideBy = decision.plan.find((stage) => stage.status === "open")?.decideBy;
    return `Grant ${id} waits for ${whoIsAsked(grant)}${decideBy ? `, until ${decideBy}` : ""}`;
  }
  if (status === "ACTIVE") return `Grant ${id} is active`;
  if (window.startsAt && !window.endsAt) return `Grant ${id} is approved and starts at ${window.startsAt}`;
  if (isAction(grant)) return `Action ${id} is approved: its permit is being made`;
  return `Grant ${id} is approved: ${grant.masked ? "its rows can be read in a moment" : "its credentials are being made"}`;
}

/**
 * Asks by `begin` and waits for what comes of it. Whoever stops it while it waits does not leave an ask behind that
 * nobody collects, unless `keep`. Throws as `obtain` does.
 */
export async function waitOut(
  { broker, stopped, say }: WaitDeps,
  begin: Begin,
  { timeoutSeconds, wait, keep }: Patience,
): Promise<GrantView> {
  let asked: GrantView | undefined;
  const patience = wait ? timeoutSeconds : 0;
  try {
    const grant = await begin({
      signal: stopped,
      ...(patience === undefined ? {} : { timeoutSeconds: patience }),
      onAsked: (grant) => {
        asked = grant;
      },
      onChange: (grant) => say(waitsFor(grant)),
    });
    stopped.throwIfAborted();
    return grant;
  } catch (error) {
    if (stopped.aborted) throw asked ? await givenUp(broker, asked, keep) : error;
    if (!wait && error instanceof NoAccessError && error.kind === "pending") return error.grant;
    // What went wrong on the way says nothing about the grant, whose id nobody has seen yet where a spinner was.
    if (asked && error instanceof LatchkeyError && !(error instanceof NoAccessError))
      error.hints = [`Grant ${asked.id} is asked for all the same: latchkey status ${asked.id}`];
    throw error;
  }
}

async function givenUp(broker: WaitDeps["broker"], { id }: GrantView, keep = false): Promise<LatchkeyError> {
  if (keep)
    return new LatchkeyError(
      "interrupted",
      `Stopped: grant ${id} goes on waiting; look with \`latchkey status ${id}\`.`,
    );
  try {
    await broker.release(id);
    return new LatchkeyError("interrupted", `Stopped: grant ${id} is given back.`);
  } catch (cause) {
    return new LatchkeyError(
      "interrupted",
      `Stopped, but grant ${id} could not be given back: do it with \`latchkey release ${id}\`.`,
      { cause },
    );
  }
}
