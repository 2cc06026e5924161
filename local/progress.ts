import { dim, green, red, seconds } from "../client/progress.ts";

const terminal = process.stdout.isTTY === true && process.env.TERM !== "dumb";

/** "0.6 s", "12.4 s", "2 min 05 s". */
export function elapsed(milliseconds: number): string {
  const exact = milliseconds / 1000;
  return exact < 60 ? `${exact.toFixed(1)} s` : seconds(exact);
}

// Steps may run side by side: on a terminal the last line names all that are under way, elsewhere there is none.
const underWay = new Set<string>();

function redraw(line?: string): void {
  if (terminal) process.stdout.write("\r\u001b[K");
  if (line !== undefined) process.stdout.write(`${line}\n`);
  if (terminal && underWay.size > 0) {
    // Cut to the width (some terminals say 0): a wrapped line could not be cleared again.
    const text = `… ${[...underWay].join(", ")}`.slice(0, (process.stdout.columns || 80) - 1);
    process.stdout.write(dim(text));
  }
}

/** Prints a line without disturbing the steps under way. */
export function say(line: string): void {
  redraw(line);
}

/** What a step is called while it runs, and when it is done (which may tell of its result). */
export type StepNames<T> = { doing: string; done: string | ((result: T) => string) };

/** Runs `work`; prints "✓ Local AWS started (0.6 s)" or "✗ Starting the local AWS (3.0 s)", and passes errors on. */
export async function step<T>(names: StepNames<T>, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const took = () => dim(`(${elapsed(performance.now() - began)})`);
  underWay.add(names.doing);
  redraw();
  try {
    const result = await work();
    underWay.delete(names.doing);
    const text = typeof names.done === "string" ? names.done : names.done(result);
    redraw(`${green("✓")} ${text} ${took()}`);
    return result;
  } catch (error) {
    underWay.delete(names.doing);
    redraw(`${red("✗")} ${names.doing} ${took()}`);
    throw error;
  }
}

/** Runs a command line tool's work; an error is one plain sentence and exit code 1, with the stack on request. */
export async function runTool(work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  // On Node 20 the SDK would print six lines about Node 22 in mid-work; the README says it instead.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  try {
    await work();
  } catch (error) {
    const detail =
      error instanceof Error ? (process.env.LATCHKEY_DEBUG ? error.stack : error.message) : error;
    console.error(`\n${detail}\n(after ${elapsed(performance.now() - began)})`);
    process.exitCode = 1;
  }
}
