import { LatchkeyError } from "../errors.ts";
import type { Child } from "./child.ts";

/** Somebody, or something, stops this process. `heard`: the terminal has told the command itself. */
export type Stop = { signal: NodeJS.Signals; heard: boolean };

export type StopDeps = {
  pause(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back for each stop until it is closed. */
  listen(on: (stop: Stop) => void): { close(): void };
};

/** What a command that was told to stop is given to end by itself before its access ends: `docker stop` kills after ten. */
const GRACE_MS = 5_000;

/**
 * What a stop means, by how far a run is. Asking: the ask is taken back. Running: the command is told, and its access ends
 * with it or after the grace, at the second stop at once; Ctrl-C on a terminal is the command's own affair. Giving back:
 * it has to hurry. A command that outlives three is killed.
 */
export function stopsOf({ pause, listen }: StopDeps) {
  const interrupted = new AbortController();
  const leaving = new AbortController();
  const hurry = new AbortController();
  const over = new AbortController();
  let phase: "asking" | "running" | "givingBack" = "asking";
  let child: Child | undefined;
  let times = 0;
  const on = ({ signal, heard }: Stop): void => {
    if (phase === "asking") {
      interrupted.abort(new LatchkeyError("interrupted", `Stopped by ${signal}.`));
      return;
    }
    if (phase === "running" && heard) return;
    times += 1;
    if (times > 2) child?.kill("SIGKILL");
    else if (!heard) child?.kill(signal);
    if (phase === "givingBack") hurry.abort();
    else if (times > 1) leaving.abort();
    else
      pause(GRACE_MS, over.signal).then(
        () => leaving.abort(),
        () => undefined,
      );
  };
  const listening = listen(on);
  return {
    interrupted: interrupted.signal,
    hurry: hurry.signal,
    /** Settles when the command has ended, or does not although it was told to. */
    async ended(started: Child): Promise<void> {
      child = started;
      phase = "running";
      const left = new Promise<void>((done) => leaving.signal.addEventListener("abort", () => done()));
      // Stopped while it was being started.
      if (interrupted.signal.aborted) on({ signal: "SIGTERM", heard: false });
      await Promise.race([started.ended, left]);
    },
    givingBack(): void {
      phase = "givingBack";
    },
    close(): void {
      over.abort();
      listening.close();
    },
  };
}
