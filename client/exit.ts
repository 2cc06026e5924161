import { UNSAFE } from "../functions/core/text.ts";

/**
 * Exit codes of `latchkey audit`: a script tells "the record was changed" from "nothing can be said" by them.
 * Usage errors are 64, as in sysexits.h, so that they are neither.
 */
export const exitCodes = {
  ok: 0,
  tampered: 1,
  cannotTell: 2,
  failed: 3,
  usage: 64,
  config: 65,
  changed: 79,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What went wrong, for a terminal: its own lines, and nothing of others' text that a terminal acts on or does not show. */
export const told = (message: string): string =>
  message.replace(UNSAFE, (character) => (character === "\n" ? character : ""));

/** An error that is told in one sentence, without a stack, and its exit code. */
export class CliError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.failed) {
    super(message);
    this.name = "CliError";
    this.exitCode = exitCode;
  }
}
