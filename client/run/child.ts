import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";

export type Child = {
  /** Its exit code as a shell gives it: 128 and the signal's number where one ended it. */
  ended: Promise<number>;
  kill(signal: NodeJS.Signals): void;
};

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_08_02: not found, found and not executable. */
const startFailures: Record<string, { code: number; why: string }> = {
  ENOENT: { code: 127, why: "there is no such command" },
  EACCES: { code: 126, why: "it cannot be executed" },
  ENOEXEC: { code: 126, why: "it cannot be executed" },
  ENOTDIR: { code: 127, why: "there is no such command" },
  ERR_INVALID_ARG_VALUE: { code: 127, why: "it has no name" },
  E2BIG: { code: 126, why: "its arguments and environment are too long" },
};

export type ChildOptions = {
  env: NodeJS.ProcessEnv;
  /**
   * Where there is no terminal: a process group of its own, so that a signal reaches also what it started. On a terminal
   * it stays in ours, which is what Ctrl-C goes to, and what may read from the keyboard.
   */
  ownGroup: boolean;
  say(text: string): void;
};

/** Starts a command on this process's own input and output, without a shell. */
export function startChild(command: string, args: readonly string[], options: ChildOptions): Child {
  const { env, ownGroup, say } = options;
  const failed = (error: NodeJS.ErrnoException): number => {
    const { code, why } = startFailures[error.code ?? ""] ?? { code: 126, why: error.code ?? "unknown" };
    say(`${command || "The command"} was not started: ${why}.`);
    return code;
  };
  let child: ChildProcess;
  try {
    child = spawn(command, args, { stdio: "inherit", env, detached: ownGroup });
  } catch (error) {
    // Some failures are told at once: arguments that are too long (E2BIG), a path through a file (ENOTDIR), no name at all.
    return { ended: Promise.resolve(failed(error as NodeJS.ErrnoException)), kill: () => undefined };
  }
  const ended = new Promise<number>((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return; // could not be signalled: it still runs
      resolve(failed(error));
    });
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  return {
    ended,
    kill(signal) {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      try {
        process.kill(ownGroup ? -child.pid : child.pid, signal);
      } catch {
        // It has ended in between.
      }
    },
  };
}
