import { LatchkeyError } from "./errors.ts";
import { exitCodes } from "./exit.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * A signal that is aborted, with the reason `interrupted`, when somebody stops this process; whoever waits then cleans
 * up. Who does so twice is let go at once: the window ends what is left. `close` gives the signals back.
 */
export function whenStopped(): { signal: AbortSignal; close(): void } {
  const stopping = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    if (stopping.signal.aborted) {
      process.stderr.write("Stopped twice: what is not given back ends with its window.\n");
      process.exit(exitCodes.interrupted);
    }
    stopping.abort(new LatchkeyError("interrupted", `Stopped by ${name}.`));
  };
  for (const name of SIGNALS) process.on(name, stop);
  return {
    signal: stopping.signal,
    close: () => {
      for (const name of SIGNALS) process.removeListener(name, stop);
    },
  };
}
