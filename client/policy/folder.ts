import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import {
  type Found,
  MOST_BYTES,
  type PolicyFolder,
  TOO_LARGE,
} from "../../functions/core/policy/files/folder.ts";

const REASONS: Record<string, string> = {
  ENOENT: "it does not exist",
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

/**
 * What is in the folder itself. A link leads to what nobody reviewed as policy, and is none in a commit either
 * (`git-folder.ts`); a pipe or a device would be read for ever.
 */
function isPlain(root: string, path: string, kind: "isFile" | "isDirectory"): Found<true> {
  const steps = path.split("/");
  for (const [index] of steps.entries()) {
    const is = lstatSync(join(root, ...steps.slice(0, index + 1)));
    if (is.isSymbolicLink()) return { reason: "it is a link: only what lies in the folder itself counts" };
    if (index < steps.length - 1) continue;
    if (kind === "isFile" && is.isDirectory()) return { reason: "it is a folder" };
    if (!is[kind]()) return { reason: kind === "isFile" ? "it is no plain file" : "it is not a folder" };
    if (is.size > MOST_BYTES && kind === "isFile") return { reason: TOO_LARGE };
  }
  return { value: true };
}

/** A policy folder on this machine's disk: what the CLI and the app that deploys read it through. */
export function folderAt(dir: string): PolicyFolder {
  const root = resolve(dir);
  const plain = <T>(path: string, kind: "isFile" | "isDirectory", look: (at: string) => T): Found<T> => {
    const is = found(() => isPlain(root, path, kind));
    if (!("value" in is)) return is;
    return "value" in is.value ? found(() => look(join(root, path))) : is.value;
  };
  return {
    name: basename(root),
    read: (path) => plain<Uint8Array>(path, "isFile", (at) => readFileSync(at)),
    list: (path) => plain(path, "isDirectory", (at) => readdirSync(at)),
  };
}
