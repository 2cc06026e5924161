import { inLine } from "../exit.ts";

/** What is going on, said on stderr while it lasts. */
export type Spinner = {
  /** What it waits for from now on. */
  say(text: string): void;
  /** Ends it; on a terminal its line goes away. */
  close(): void;
};

type Stream = { isTTY?: boolean; columns?: number; write(text: string): unknown };
type World = { stderr: Stream; env: NodeJS.ProcessEnv; now(): number };

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const EVERY_MS = 100;

const secondsText = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/** One line of a terminal: a longer one would wrap and could not be taken back. */
const fitted = (line: string, columns: number): string =>
  [...line].length < columns ? line : `${[...line].slice(0, Math.max(1, columns - 2)).join("")}…`;

/** On a terminal a spinner with the time that it took so far; elsewhere one line for each thing said. */
export function openSpinner(
  { stderr, env, now }: World = { stderr: process.stderr, env: process.env, now: Date.now },
): Spinner {
  let said = "";
  if (!stderr.isTTY || env.TERM === "dumb") {
    return {
      say(text) {
        if (text !== said) stderr.write(`${inLine(text)}\n`);
        said = text;
      },
      close: () => undefined,
    };
  }
  const began = now();
  const draw = (): void => {
    const elapsed = now() - began;
    const frame = FRAMES[Math.floor(elapsed / EVERY_MS) % FRAMES.length];
    const line = `${frame} ${inLine(said)} · ${secondsText(elapsed)}`;
    stderr.write(`\r\u001b[K${fitted(line, stderr.columns || 80)}`);
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    say(text) {
      said = text;
      // Never what a process stays alive for.
      timer ??= setInterval(draw, EVERY_MS).unref();
      draw();
    },
    close() {
      if (timer) stderr.write("\r\u001b[K");
      clearInterval(timer);
      timer = undefined;
    },
  };
}
