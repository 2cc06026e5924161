import { STOPS } from "../stop.ts";
import type { Stop } from "./stops.ts";

export const onTerminal = (): boolean =>
  [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);

/** What a terminal's keys send to everything that runs on it. */
const KEYS: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];

/** Every way in which this process is stopped, but for being killed. */
export function listen(on: (stop: Stop) => void, faulted: (fault: unknown) => void): { close(): void } {
  const terminal = onTerminal();
  const heard = (signal: NodeJS.Signals): void => on({ signal, heard: terminal && KEYS.includes(signal) });
  const fault = (error: unknown): void => {
    faulted(error);
    // As if stopped twice: there is no knowing what still works.
    for (let times = 0; times < 2; times++) on({ signal: "SIGTERM", heard: false });
  };
  for (const signal of STOPS) process.on(signal, heard);
  process.on("uncaughtException", fault);
  return {
    close: () => {
      for (const signal of STOPS) process.removeListener(signal, heard);
      process.removeListener("uncaughtException", fault);
    },
  };
}
