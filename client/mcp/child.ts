import { type ChildProcess, spawn } from "node:child_process";
import { LatchkeyError } from "../errors.ts";
import { redactor } from "./redact.ts";
import { shown } from "./words.ts";

export type Job = {
  argv: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  timeoutSeconds: number;
  signal: AbortSignal;
  /** What must not be in the output. */
  secrets: readonly string[];
};

/** How a command ended. `stoppedFor`: why it was ended before its own end. */
export type Ran = {
  exitCode: number | null;
  stoppedFor?: "timeout" | "too_much_output";
  stdout: string;
  stderr: string;
  /** Characters left out of the middle. */
  leftOut: number;
  /** Places where a secret stood. */
  withheld: number;
};

/** What a model reads of each stream: the beginning and the end. */
const SHOWN = 12_000;
/** More than this nobody meant to print: the command is ended, before it fills the memory. */
const MOST = 4_000_000;
const GRACE_MS = 2_000;
/** What is still in the pipes when a program has ended is read for so long. */
const DRAIN_MS = 500;

/** The first and the last of a text that comes in pieces. */
function keeper() {
  let head = "";
  let tail = "";
  let leftOut = 0;
  return {
    add(text: string): void {
      const room = SHOWN / 2 - head.length;
      head += text.slice(0, room);
      tail += text.slice(room);
      const over = Math.max(0, tail.length - SHOWN / 2);
      leftOut += over;
      tail = tail.slice(over);
    },
    text: () => (leftOut === 0 ? head + tail : `${head}\n… ${leftOut} characters left out …\n${tail}`),
    leftOut: () => leftOut,
  };
}

/** The whole process group, so that nothing that the command started works on with the access. */
function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It is gone.
  }
}

/** So many at once nobody means. */
const MOST_RUNNING = 8;
const running = new Set<ChildProcess>();
// Also when this process leaves in a hurry: nobody else would end a program that ignores SIGTERM.
process.on("exit", () => {
  for (const child of running) kill(child, "SIGKILL");
});

/** Why a program could not be started, for whoever listed it. */
function notStarted(program: string | undefined, { code }: NodeJS.ErrnoException): LatchkeyError {
  const why = code === "ENOENT" ? "is not there" : code === "EACCES" ? "may not be run" : "did not start";
  return new LatchkeyError(
    "config",
    `${program} ${why}: a person has to look at this command in latchkey.yaml.`,
  );
}

/**
 * Runs a program, never through a shell, without input, in a process group of its own that is ended with it: at its own
 * end, after `timeoutSeconds`, when it prints without end, or when the signal is aborted (whose reason is then thrown).
 */
export async function runJob({ argv, cwd, env, timeoutSeconds, signal, secrets }: Job): Promise<Ran> {
  signal.throwIfAborted();
  if (running.size >= MOST_RUNNING)
    throw new LatchkeyError(
      "quota",
      `${MOST_RUNNING} commands are running: wait until one of them has ended.`,
    );
  const [program = "", ...rest] = argv;
  const child = spawn(program, rest, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    shell: false,
  });
  running.add(child);
  let stoppedFor: Ran["stoppedFor"];
  let grace: NodeJS.Timeout | undefined;
  let drain: NodeJS.Timeout | undefined;
  const end = (): void => {
    kill(child, "SIGTERM");
    grace ??= setTimeout(() => kill(child, "SIGKILL"), GRACE_MS);
  };
  const stop = (why: Ran["stoppedFor"]): void => {
    stoppedFor ??= why;
    end();
  };
  let printed = 0;
  const read = (stream: NodeJS.ReadableStream) => {
    const clean = redactor(secrets);
    const kept = keeper();
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      printed += text.length;
      if (printed > MOST) return stop("too_much_output");
      // What nobody would see goes before secrets are looked for, so that none is hidden among it.
      kept.add(clean.push(shown(text)));
    });
    return { clean, kept, close: () => kept.add(clean.end()) };
  };
  const [out, err] = [read(child.stdout), read(child.stderr)];
  const timer = setTimeout(() => stop("timeout"), timeoutSeconds * 1000);
  signal.addEventListener("abort", end);
  return new Promise<Ran>((resolve, reject) => {
    child.once("error", (fault) => reject(notStarted(program, fault)));
    // What it left running would hold the pipes open and work on. What left the group (setsid) is not reached: it does not
    // hold up the answer, and its access ends when the grant does.
    child.once("exit", () => {
      kill(child, "SIGKILL");
      drain = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, DRAIN_MS);
    });
    child.once("close", (exitCode) => {
      if (signal.aborted) return reject(signal.reason);
      out.close();
      err.close();
      resolve({
        ...{ exitCode, stdout: out.kept.text(), stderr: err.kept.text() },
        ...(stoppedFor ? { stoppedFor } : {}),
        leftOut: out.kept.leftOut() + err.kept.leftOut(),
        withheld: out.clean.found() + err.clean.found(),
      });
    });
  }).finally(() => {
    clearTimeout(timer);
    clearTimeout(grace);
    clearTimeout(drain);
    running.delete(child);
    signal.removeEventListener("abort", end);
  });
}
