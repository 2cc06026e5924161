import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";

export type LockDeps = { now(): number; pause(ms: number, signal?: AbortSignal): Promise<void> };

const BEAT_MS = 2_000;
/** A holder that has not been heard of for so long is dead, or stopped. By a beat and not by pid: containers share folders. */
const DEAD_MS = 10_000;
const LOOK_MS = 100;

const isHeld = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "EEXIST";

function take(path: string, mark: string): boolean {
  try {
    writeFileSync(path, mark, { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    if (isHeld(error)) return false;
    throw error;
  }
}

const isDead = (path: string, now: number): boolean => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && now - found.mtimeMs > DEAD_MS;
};

/** Whether the lock is still the one that was taken: whoever stood still for long may find another's there. */
function isOwn(path: string, mark: string): boolean {
  try {
    return readFileSync(path, "utf8") === mark;
  } catch {
    return false;
  }
}

/** Takes a dead holder's lock away; gives it back where somebody was quicker and it is a living one's by now. */
function discard(path: string, now: number): void {
  const aside = `${path}.${process.pid}.dead`;
  try {
    renameSync(path, aside);
  } catch {
    return; // somebody else did
  }
  try {
    if (!isDead(aside, now)) linkSync(aside, path);
  } catch (error) {
    if (!isHeld(error)) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * Runs `work` while no other process of this user's runs under the same file. It is an economy and not a fence: that two
 * do not ask twice at the very same time is the Idempotency-Key's doing too.
 */
export async function withLock<T>(
  deps: LockDeps,
  path: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const mark = randomUUID();
  while (!take(path, mark)) {
    if (isDead(path, deps.now())) discard(path, deps.now());
    else await deps.pause(LOOK_MS, signal);
  }
  const beat = setInterval(() => {
    const at = new Date();
    if (isOwn(path, mark)) utimesSync(path, at, at);
  }, BEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (isOwn(path, mark)) rmSync(path, { force: true });
  }
}
