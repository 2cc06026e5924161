import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { bundle } from "../../client/package/bundle.ts";
import { instancePaths, projectRoot } from "../../local/paths.ts";
import { pause } from "./world.ts";

const built = join(projectRoot, "build", "latchkey-e2e");
/** The CLI as it is shipped, built once for all: each of many runs starts in an eighth of the time. */
export const cli = join(built, "cli.js");
export const buildLatchkey = () => bundle(projectRoot, built);

type Ran = { code: number; out: string; err: string };
export type Running = {
  process: ChildProcess;
  /** Settles when it has said something, on either stream; fails when it ends without. */
  said(text: string): Promise<void>;
  err(): string;
  ended: Promise<Ran>;
};

/** Starts a program with no terminal and nothing of this process's environment but the path. */
export function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (text) => {
    said.out += text;
  });
  child.stderr.on("data", (text) => {
    said.err += text;
  });
  const ended = new Promise<Ran>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done({ code: code ?? -1, ...said }));
  });
  return {
    process: child,
    err: () => said.err,
    ended,
    said: async (text) => {
      const isSaid = (): boolean => said.out.includes(text) || said.err.includes(text);
      const over = ended.then(({ code, err }) => {
        if (!isSaid()) throw new Error(`ended with ${code} and never said ${text}: ${err}`);
      });
      while (!isSaid()) await Promise.race([over, pause(50)]);
    },
  };
}

/** Which local AWS, and as whom. */
export const here = (identity: string): string[] => [
  ...["--local-file", instancePaths().localJson],
  ...["--as", identity],
];
