import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { bold } from "../../client/progress.ts";
import { projectRoot } from "../paths.ts";
import { say } from "../progress.ts";

/** One process of the demo. `grant` is told by the process as soon as it has one. */
export type Actor = { grant: Promise<string>; ended: Promise<boolean> };

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
  const told = new Promise<string>((resolve) => {
    child.once("message", (message) => resolve((message as { grant: string }).grant));
  });
  const grant = Promise.race([
    told,
    ended.then((): string => {
      throw new Error(`${name} ended before it had a grant`);
    }),
  ]);
  // Whoever does not wait for the grant is told of the failure by `ended`.
  grant.catch(() => undefined);
  return { grant, ended };
}
