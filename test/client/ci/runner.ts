import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

type Step = { name: string; id?: string; shell: string; env: Record<string, string>; run: string };
export type Action = {
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: Step[] };
};

/** The repository's own folder, and its action as it is committed. */
export const root = join(import.meta.dirname, "../../..");
export const action: Action = parse(readFileSync(join(root, "client/github-action/action.yml"), "utf8"));

/** How a step ended, and what it told the runner. */
export type Ended = { code: number | null; log: string; output: string; summary: string };
export type Running = { ended: Promise<Ended>; folder: string; kill(signal: NodeJS.Signals): void };

/** An expression's value: the runner's own are not needed here, so anything but an input is a mistake. */
function valueFor(expression: string, inputs: Record<string, string>): string {
  const name = /^\$\{\{ inputs\.([a-z]+) \}\}$/.exec(expression)?.[1];
  const input = name === undefined ? undefined : action.inputs[name];
  if (name === undefined || !input) throw new Error(`no input: ${expression}`);
  return inputs[name] ?? input.default ?? "";
}

/**
 * Runs the action's steps as a runner does: in a workspace, by its shell, with its variables, and with the runner's files.
 * `commands` are programs of the workspace's node_modules/.bin; `env` is what the job has beside.
 */
export function runAction(
  inputs: Record<string, string>,
  { commands = {}, env = {} }: { commands?: Record<string, string>; env?: NodeJS.ProcessEnv } = {},
): Running {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-ci-"));
  const at = (name: string) => join(folder, name);
  mkdirSync(at("work/node_modules/.bin"), { recursive: true });
  mkdirSync(at("temp"));
  for (const [name, text] of Object.entries(commands)) {
    writeFileSync(at(`work/node_modules/.bin/${name}`), text);
    chmodSync(at(`work/node_modules/.bin/${name}`), 0o755);
  }
  for (const name of ["output", "summary", "env"]) writeFileSync(at(name), "");
  const [step] = action.runs.steps;
  if (!step || action.runs.steps.length !== 1) throw new Error("this runner runs one step");
  writeFileSync(at("step.sh"), step.run);
  // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax: what `shell: bash` is.
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", at("step.sh")], {
    cwd: at("work"),
    env: {
      PATH: process.env.PATH,
      GITHUB_OUTPUT: at("output"),
      GITHUB_STEP_SUMMARY: at("summary"),
      GITHUB_ENV: at("env"),
      GITHUB_REPOSITORY: "example/models",
      GITHUB_RUN_ID: "42",
      RUNNER_TEMP: at("temp"),
      ...env,
      ...Object.fromEntries(Object.entries(step.env).map(([name, text]) => [name, valueFor(text, inputs)])),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (log += data));
  const ended = new Promise<Ended>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => {
      const read = (name: string) => readFileSync(at(name), "utf8");
      done({ code, log, output: read("output"), summary: read("summary") });
    });
  }).finally(() => rmSync(folder, { recursive: true, force: true }));
  return { ended, folder, kill: (signal) => child.kill(signal) };
}
