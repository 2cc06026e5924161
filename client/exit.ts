import { UNSAFE } from "../functions/core/unsafe.ts";
import { type ErrorKind, LatchkeyError } from "./errors.ts";

/**
 * Exit codes of `latchkey`, so that a script tells one end from another. `audit` has 0 to 3: "the record was changed" is
 * not "nothing can be said". From 64 on, where sysexits.h begins, what is between an agent and its access. `run` exits
 * with its command's own code once that has started.
 */
export const exitCodes = {
  ok: 0,
  tampered: 1,
  cannotTell: 2,
  failed: 3,
  usage: 64,
  config: 65,
  no_endpoint: 66,
  sign_in: 67,
  clock: 68,
  unavailable: 69,
  wrong_region: 70,
  refused: 71,
  not_found: 72,
  conflict: 73,
  quota: 74,
  pending: 75,
  over: 76,
  denied: 77,
  rejected: 78,
  changed: 79,
  interrupted: 130,
} as const satisfies Record<ErrorKind, number> & Record<string, number>;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What went wrong, for a terminal: its own lines, and nothing of others' text that a terminal acts on or does not show. */
export const told = (message: string): string =>
  message.replace(UNSAFE, (character) => (character === "\n" ? character : ""));

/** The same on one line: what somebody else wrote cannot look like a line of ours, however wide the terminal is. */
export const inLine = (text: string): string => told(text).replace(/\s+/g, " ");

/** An error that is told in one sentence, without a stack, and its exit code. */
export class CliError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.failed, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "CliError";
    this.exitCode = exitCode;
  }
}

/** The exit code of whatever was thrown. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exitCode;
  return error instanceof LatchkeyError ? exitCodes[error.kind] : exitCodes.failed;
}
