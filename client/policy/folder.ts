import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Found, PolicyFolder } from "../../functions/core/policy/files/folder.ts";

const REASONS: Record<string, string> = {
  ENOENT: "it does not exist",
  EISDIR: "it is a folder",
  ENOTDIR: "it is not a folder",
  EACCES: "you may not read it",
};

function found<T>(look: () => T): Found<T> {
  try {
    return { value: look() };
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    return { reason: REASONS[code] ?? message };
  }
}

/** A policy folder on this machine's disk: what the CLI and the app that deploys read it through. */
export function folderAt(dir: string): PolicyFolder {
  const root = resolve(dir);
  return {
    name: basename(root),
    read: (path) => found(() => readFileSync(join(root, path))),
    list: (path) => found(() => readdirSync(join(root, path))),
  };
}
