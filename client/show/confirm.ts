import { createInterface } from "node:readline/promises";
import { LatchkeyError } from "../errors.ts";

/** Whether somebody at the terminal says yes; `yes` says so beforehand. Who cannot be asked has to. */
export async function confirm(question: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new LatchkeyError("usage", "There is no terminal to ask at: add --yes.");
  // Asked on stderr: stdout is for the result.
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const stop = new AbortController();
  terminal.once("SIGINT", () => stop.abort());
  terminal.once("close", () => stop.abort());
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: stop.signal });
    if (/^y(es)?$/i.test(answer.trim())) return;
  } catch {
    process.stderr.write("\n");
  } finally {
    terminal.close();
  }
  throw new LatchkeyError("interrupted", "Nothing was done.");
}
