import { existsSync, lstatSync, mkdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";

export type FolderWorld = { env: NodeJS.ProcessEnv; home: string; platform: NodeJS.Platform; uid?: number };

/**
 * Where credentials may lie: the user's runtime folder, which is memory and goes at the log-out
 * (https://specifications.freedesktop.org/basedir-spec/latest/), else the platform's folder for caches.
 */
export function folderPath({ env, home, platform }: FolderWorld): string {
  const given = (path: string | undefined): path is string => path !== undefined && isAbsolute(path);
  if (platform === "win32") return join(env.LOCALAPPDATA || join(home, "AppData", "Local"), "latchkey");
  if (given(env.XDG_RUNTIME_DIR) && existsSync(env.XDG_RUNTIME_DIR))
    return join(env.XDG_RUNTIME_DIR, "latchkey");
  if (given(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, "latchkey");
  return platform === "darwin"
    ? join(home, "Library", "Caches", "latchkey")
    : join(home, ".cache", "latchkey");
}

/** Makes the folder and says whether it is the user's own and nobody else's to look into; why not, as a sentence. */
export function openFolder(world: FolderWorld): { path: string } | { path?: never; why: string } {
  const path = folderPath(world);
  const no = (why: string) => ({ why: `Nothing is kept in ${path}: ${why}.` });
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const found = lstatSync(path);
    if (!found.isDirectory()) return no("it is no folder but a link or a file");
    if (world.platform === "win32") return { path };
    if (found.uid !== world.uid) return no("it is somebody else's");
    if ((found.mode & 0o077) !== 0) return no("others may look into it; chmod 700 helps");
    return { path };
  } catch (error) {
    return no(`it cannot be made (${(error as NodeJS.ErrnoException).code ?? "unknown"})`);
  }
}
