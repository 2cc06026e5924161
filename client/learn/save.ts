import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { CliError } from "../exit.ts";

/** Writes a file when all of it is there, for its owner only: it names people. Half of it never has its name. */
export function saveWhole(path: string, text: string): void {
  const beside = `${path}.${process.pid}.part`;
  try {
    writeFileSync(beside, text, { mode: 0o600, flag: "wx" });
    chmodSync(beside, 0o600);
    renameSync(beside, path);
  } catch (fault) {
    rmSync(beside, { force: true });
    throw new CliError(`${path} cannot be written: ${(fault as Error).message}`);
  }
}
