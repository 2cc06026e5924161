import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { bold } from "../../client/progress.ts";
import { projectRoot } from "../paths.ts";
import { say } from "../progress.ts";

/** One process of the demo. `grant` is told by the process as soon as it has one; `permit`, where it hands one on. */
export type Actor = { grant: Promise<string>; permit: Promise<string>; ended: Promise<boolean> };

const WIDTH = 18;

/** Runs one actor as a process of its own, its lines under its name. True when it ended well. */
export function act(name: string, script: string, input: readonly string[] = []): Actor {
  const child = spawn(
    join(projectRoot, "node_modules", ".bin", "tsx"),
    [join(projectRoot, "local", "demo", script), ...input],
    {
      cwd: process.cwd(),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) },
    },
  );
  for (const stream of [child.stdout, child.stderr]) {
    if (stream)
      createInterface({ input: stream }).on(
        "line",
        (line) => line && say(`${bold(name.padEnd(WIDTH))}│ ${line}`),
      );
  }
  const ended = new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(false)).once("close", (code) => resolve(code === 0));
  });
  const word = (what: "grant" | "permit"): Promise<string> => {
    const told = new Promise<string>((resolve) => {
      child.on("message", (message) => {
        const said = (message as Record<string, string>)[what];
        if (said !== undefined) resolve(said);
      });
    });
    const tooLate = ended.then((): string => {
      throw new Error(`${name} ended before it had a ${what}`);
    });
    const either = Promise.race([told, tooLate]);
    // Whoever does not wait for it is told of the failure by `ended`.
    either.catch(() => undefined);
    return either;
  };
  return { grant: word("grant"), permit: word("permit"), ended };
}
