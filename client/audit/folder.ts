import { constants } from "node:fs";
import { type FileHandle, open, opendir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Listed, Source } from "../../functions/core/audit/verify/source.ts";

/** Neither follows a link nor waits for a pipe: what is in a folder is somebody else's. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function* entriesOf(root: string, folder: string): AsyncGenerator<Listed> {
  const keyOf = (path: string): string => relative(root, path).split(sep).join("/");
  const opened = await opendir(folder).catch(() => undefined);
  // Not allowed, or deeper than the system goes: what is in it is not known.
  if (!opened) return yield { key: keyOf(folder), bytes: 0, odd: "a folder that cannot be read" };
  for await (const entry of opened) {
    const path = join(folder, entry.name);
    const key = keyOf(path);
    if (entry.isDirectory()) yield* entriesOf(root, path);
    else if (entry.isSymbolicLink()) yield { key, bytes: 0, odd: "a symbolic link" };
    else if (!entry.isFile()) yield { key, bytes: 0, odd: "no file" };
    else yield { key, bytes: 0 };
  }
}

async function contentOf(file: FileHandle, limit: number): Promise<Uint8Array | "unreadable" | "too_large"> {
  const stat = await file.stat();
  if (!stat.isFile()) return "unreadable";
  // A file may grow while it is read: no more than was measured is taken.
  if (stat.size > limit) return "too_large";
  const bytes = Buffer.alloc(stat.size);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

/** A copy of the record's bucket in a folder, as `aws s3 sync` makes it. No AWS is asked for anything. */
export function folderSource(root: string): Source {
  return {
    list: () => entriesOf(root, root),
    async read(key, limit) {
      let file: FileHandle | undefined;
      try {
        file = await open(join(root, ...key.split("/")), FLAGS);
        return await contentOf(file, limit);
      } catch (fault) {
        const isGone = fault instanceof Error && "code" in fault && fault.code === "ENOENT";
        return isGone ? "missing" : "unreadable";
      } finally {
        await file?.close();
      }
    },
  };
}
