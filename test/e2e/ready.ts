import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type InstancePaths, instancePaths, makeHome } from "../../local/paths.ts";

/** A file that says that the local AWS of the tests is up, or why it is not: tests are other processes. */
const fileIn = ({ home }: InstancePaths): string => join(home, "ready.json");

export function forgetReady(paths: InstancePaths): void {
  makeHome(paths);
  rmSync(fileIn(paths), { force: true });
}

export function tellReady(paths: InstancePaths, fault?: unknown): void {
  const why = fault === undefined ? {} : { fault: String(fault) };
  writeFileSync(`${fileIn(paths)}.new`, JSON.stringify(why));
  renameSync(`${fileIn(paths)}.new`, fileIn(paths));
}

/** A first start installs the local AWS and deploys all stacks. */
const PATIENCE_MS = 10 * 60_000;

/** Waits until the local AWS is up. Throws what it said when it did not come up. */
export async function whenReady(paths = instancePaths()): Promise<void> {
  const began = Date.now();
  while (!existsSync(fileIn(paths))) {
    if (Date.now() - began > PATIENCE_MS) throw new Error("The local AWS did not come up in ten minutes.");
    await setTimeout(200);
  }
  const { fault } = JSON.parse(readFileSync(fileIn(paths), "utf8")) as { fault?: string };
  if (fault !== undefined) throw new Error(`The local AWS did not come up: ${fault}`);
}
