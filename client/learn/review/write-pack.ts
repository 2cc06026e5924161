import { lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { CliError, exitCodes } from "../../exit.ts";

/** Refuses a place where something is: a pack is never laid over another. */
export function checkPlace(out: string): void {
  const there = lstatSync(out, { throwIfNoEntry: false });
  if (!there) return;
  if (there.isDirectory() && readdirSync(out).length === 0) return;
  throw new CliError(`${out} is there already: name another folder with --out.`, exitCodes.usage);
}

/**
 * Writes a folder whole or not at all: beside its place, and then put there by one rename. Only its owner reads it: it
 * names people, and what they did.
 */
export function writePack(out: string, files: ReadonlyMap<string, string>): void {
  const place = resolve(out);
  let beside: string | undefined;
  try {
    mkdirSync(dirname(place), { recursive: true });
    // mkdtemp makes it with mode 0700. https://pubs.opengroup.org/onlinepubs/9799919799/functions/mkdtemp.html
    beside = mkdtempSync(join(dirname(place), `.${basename(place)}-`));
    for (const [name, text] of files) writeFileSync(join(beside, name), text, { mode: 0o600 });
    renameSync(beside, place);
  } catch (fault) {
    if (beside) rmSync(beside, { recursive: true, force: true });
    throw new CliError(`${out} cannot be written: ${(fault as Error).message}`);
  }
}

/** Adds a file to a pack, or puts it in the place of an earlier one, whole or not at all. */
export function putInPack(pack: string, name: string, text: string): void {
  const beside = join(pack, `.${name}.new`);
  try {
    rmSync(beside, { force: true });
    writeFileSync(beside, text, { mode: 0o600, flag: "wx" });
    renameSync(beside, join(pack, name));
  } catch (fault) {
    throw new CliError(`${join(pack, name)} cannot be written: ${(fault as Error).message}`);
  }
}

/** Takes a file out of a pack, where it is there. */
export function dropFromPack(pack: string, name: string): void {
  try {
    rmSync(join(pack, name), { force: true });
  } catch (fault) {
    throw new CliError(`${join(pack, name)} cannot be removed: ${(fault as Error).message}`);
  }
}
