import { homedir } from "node:os";
import { join } from "node:path";
import { pause } from "../broker/open.ts";
import { type Cache, openCache } from "./cache.ts";
import { openFolder } from "./folder.ts";
import { withLock } from "./lock.ts";

type Alone = <T>(key: string, work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;
/** What credentials of several processes have in common; without a folder, nothing. */
export type Shared = { cache?: Cache; alone: Alone; why?: string };

/** The cache and the locks of this user. `keep: false` keeps no credentials; that two do not ask twice it still sees to. */
export function openShared(keep: boolean): Shared {
  const uid = process.getuid?.();
  const own = uid === undefined ? {} : { uid };
  const { env, platform } = process;
  const folder = openFolder({ env, platform, home: homedir(), ...own });
  if (folder.path === undefined) return { alone: (_, work) => work(), why: folder.why };
  const { path } = folder;
  return {
    ...(keep ? { cache: openCache({ folder: path, now: Date.now, ...own }) } : {}),
    alone: (key, work, signal) => withLock({ now: Date.now, pause }, join(path, `${key}.lock`), work, signal),
  };
}

/** Forgets what is kept of a grant that was given back or ended: its keys are of no use to anybody. */
export function forgetGrant(grant: string): void {
  openShared(true).cache?.forgetGrant(grant);
}
