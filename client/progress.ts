const isTerminal = (): boolean => process.stderr.isTTY === true && process.env.TERM !== "dumb";
// https://no-color.org: any value but the empty one means no colour.
const isColoured = (): boolean =>
  process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";

const paint = (code: number) => (text: string) => (isColoured() ? `\u001b[${code}m${text}\u001b[0m` : text);
export const green = paint(32);
export const red = paint(31);
export const yellow = paint(33);
export const dim = paint(2);
export const bold = paint(1);

/** How far something is, for people: `done` of `total` steps, and what there is to say about it. */
export type Step = { done: number; total: number; text: string };
export type Bar = { show(step: Step): void; close(): void };

const WIDTH = 24;
const EVERY_MS = 100;

/** Seconds as "8 s", "2 min 05 s". */
export function seconds(whole: number): string {
  const rounded = Math.round(whole);
  if (rounded < 60) return `${rounded} s`;
  return `${Math.floor(rounded / 60)} min ${String(rounded % 60).padStart(2, "0")} s`;
}

/** One line of a bar: "██████░░░░  42%  120 of 285 …  8 s left". Pure, so that it can be looked at. */
export function lineOf({ done, total, text }: Step, elapsedMs: number, columns: number): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const full = Math.round(share * WIDTH);
  const left = done > 0 && done < total ? ((elapsedMs / done) * (total - done)) / 1000 : undefined;
  const parts = [
    `${"█".repeat(full)}${"░".repeat(WIDTH - full)}`,
    `${String(Math.floor(share * 100)).padStart(3)}%`,
    text,
    ...(left === undefined ? [] : [`${seconds(left)} left`]),
  ];
  // Cut to the width: a wrapped line could not be cleared again.
  return parts.join("  ").slice(0, Math.max(10, columns - 1));
}

/** A bar on a terminal's stderr, redrawn ten times a second at most; where there is no terminal, nothing. */
export function openBar(now: () => number = performance.now.bind(performance)): Bar {
  if (!isTerminal()) return { show: () => undefined, close: () => undefined };
  const began = now();
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    show(step) {
      const at = now();
      if (at - drawn < EVERY_MS) return;
      drawn = at;
      process.stderr.write(`\r\u001b[K${lineOf(step, at - began, process.stderr.columns || 80)}`);
    },
    close: () => void process.stderr.write("\r\u001b[K"),
  };
}
