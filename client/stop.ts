import { LatchkeyError } from "./errors.ts";
import { exitCodes } from "./exit.ts";

/**
 * What ends a process unless it listens, but for what cannot be listened to and for faults of its own: keys of a terminal
 * (Ctrl-C, Ctrl-\), its end, `kill`, limits of time. https://man7.org/linux/man-pages/man7/signal.7.html
 */
export const STOPS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGALRM", "SIGXCPU", "SIGUSR2"] as const;

/** What the clean-up that is under way is given after somebody stops a second time. */
const LEAVE_MS = 2_000;

/**
 * A signal that is aborted, with the reason `interrupted`, when somebody stops this process; whoever waits then cleans
 * up. Who does so twice is let go in two seconds, and three times at once: the window ends what is left. `close` gives
 * the signals back.
 */
export function whenStopped(): { signal: AbortSignal; close(): void } {
  const stopping = new AbortController();
  let leaving: NodeJS.Timeout | undefined;
  const leave = (): never => process.exit(exitCodes.interrupted);
  const stop = (name: NodeJS.Signals): void => {
    if (leaving) leave();
    if (!stopping.signal.aborted) {
      stopping.abort(new LatchkeyError("interrupted", `Stopped by ${name}.`));
      return;
    }
    process.stderr.write("Stopped twice: what cannot be given back at once ends with its window.\n");
    leaving = setTimeout(leave, LEAVE_MS).unref();
  };
  for (const name of STOPS) process.on(name, stop);
  return {
    signal: stopping.signal,
    close: () => {
      clearTimeout(leaving);
      for (const name of STOPS) process.removeListener(name, stop);
    },
  };
}
