import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderAt } from "../../../../client/policy/folder.ts";
import type { PolicyBundle } from "../../../../functions/core/policy/bundle.ts";
import { loadPolicy } from "../../../../functions/core/policy/files/load.ts";
import { PolicyError } from "../../../../functions/core/policy/files/problem.ts";

/** The policy that this repository ships. */
export const realPolicy = join(import.meta.dirname, "../../../../policy");

/** Loads a policy folder of this machine. */
export const loadAt = (dir: string, warn?: (line: string) => void): PolicyBundle =>
  loadPolicy(folderAt(dir), warn);

/** Marks, in a case's `by`, the place whose line the problem must name. */
const HERE = "<here>";

/** One edit of the real policy: the first `find` of `file` becomes `by`. Without `find`, `by` is the whole file. */
export type Edit = { file: string; find?: string; by: string };

/** One broken policy: what is edited, and the problems that are said, after `policy/<file>:<line of <here>>: `. */
export type Case = Edit & { rule: string; says: string | string[] };

function copied(): { dir: string; remove(): void } {
  const parent = mkdtempSync(join(tmpdir(), "latchkey-policy-"));
  const dir = join(parent, "policy");
  cpSync(realPolicy, dir, { recursive: true });
  return { dir, remove: () => rmSync(parent, { recursive: true }) };
}

/** Copies the real policy into a folder of its own, calls `use` with it, and takes it away again. */
export function inCopy<T>(use: (dir: string) => T): T {
  const { dir, remove } = copied();
  try {
    return use(dir);
  } finally {
    remove();
  }
}

/** The same, for what takes its time. */
export async function whileCopied<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const { dir, remove } = copied();
  return use(dir).finally(remove);
}

/** Applies an edit and answers the line of its mark. */
export function applyEdit(dir: string, { file, find, by }: Edit): number {
  const path = join(dir, file);
  let text = by;
  if (find !== undefined) {
    const before = readFileSync(path, "utf8");
    if (!before.includes(find))
      throw new Error(`${file} has no ${JSON.stringify(find)}: mend this test's edit`);
    text = before.replace(find, () => by);
  }
  writeFileSync(path, text.replace(HERE, ""));
  return text.slice(0, Math.max(0, text.indexOf(HERE))).split("\n").length;
}

/** The bundle of the real policy after an edit. */
export const loadEdited = (edit: Edit) =>
  inCopy((dir) => {
    applyEdit(dir, edit);
    return loadAt(dir);
  });

/** The lines of the `PolicyError` that `load` throws; none when it throws nothing. */
export function problemsOf(load: () => unknown): string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof PolicyError) return error.message.split("\n").slice(1);
    throw error;
  }
  return [];
}

/** What loading says after an edit, and what it should say. */
export function sayOf({ says, ...edit }: Case, load: (dir: string) => unknown = loadAt) {
  return inCopy((dir) => {
    const line = applyEdit(dir, edit);
    const expected = [says].flat().map((said) => `policy/${edit.file}:${line}: ${said}`);
    return { said: problemsOf(() => load(dir)), expected };
  });
}
