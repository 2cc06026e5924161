import { type ExitCode, exitCodeOf, exitCodes, inLine } from "../exit.ts";
import { green, red, yellow } from "../progress.ts";

/** One thing that was looked at. `unknown`: a client cannot see it, or something before it is wrong. */
export type Finding = {
  about: string;
  state: "ok" | "wrong" | "unknown";
  text: string;
  exitCode?: ExitCode;
};

export const ok = (about: string, text: string): Finding => ({ about, state: "ok", text });
export const unknown = (about: string, text: string): Finding => ({ about, state: "unknown", text });
export const wrong = (about: string, text: string, exitCode: ExitCode): Finding => ({
  ...{ about, state: "wrong", text, exitCode },
});

/** What was thrown, which says in its sentence what to do. */
export const wrongBy = (about: string, error: unknown): Finding =>
  wrong(about, error instanceof Error ? error.message : String(error), exitCodeOf(error));

/** The exit code of the first thing that is wrong. */
export const exitCodeFor = (findings: readonly Finding[]): ExitCode =>
  findings.find(({ state }) => state === "wrong")?.exitCode ?? exitCodes.ok;

const STATES = { ok: green("ok     "), wrong: red("wrong  "), unknown: yellow("unknown") };

export const findingLine = ({ about, state, text }: Finding): string =>
  `${STATES[state]}  ${about.padEnd(11)}  ${inLine(text)}\n`;
