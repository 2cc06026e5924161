import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";

export type LockDeps = { now(): number; pause(ms: number, signal?: AbortSignal): Promise<void> };

const BEAT_MS = 2_000;
/** A holder that has not been heard of for so long is dead, or stopped. By a beat and not by pid: containers share folders. */
const DEAD_MS = 10_000;
const LOOK_MS = 100;

const isHeld = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "EEXIST";

/** Takes it; false while somebody has it. Where none can be had (a full disk, a folder that went), work goes on without. */
function take(path: string, mark: string): boolean {
  try {
    writeFileSync(path, mark, { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    return !isHeld(error);
  }
}

/** Also where it was heard of in the future: the clock was set back since, and nobody is to wait until it is there again. */
const isDead = (path: string, now: number): boolean => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && Math.abs(now - found.mtimeMs) > DEAD_MS;
};

/** Tells that the holder lives. */
function beatOnce(path: string, mark: string): void {
  const at = new Date();
  try {
    if (isOwn(path, mark)) utimesSync(path, at, at);
  } catch {
    // It was taken away in between.
  }
}

/** Whether the lock is still the one that was taken: whoever stood still for long may find another's there. */
function isOwn(path: string, mark: string): boolean {
  try {
    return readFileSync(path, "utf8") === mark;
  } catch {
    return false;
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Whoever comes next takes it for dead.
  }
}

/** Takes a dead holder's lock away; gives it back where somebody was quicker and it is a living one's by now. */
function discard(path: string, now: number): void {
  const aside = `${path}.${randomUUID()}.dead`;
  try {
    renameSync(path, aside);
  } catch {
    return; // somebody else did
  }
  try {
    if (!isDead(aside, now)) linkSync(aside, path);
  } catch {
    // There is another by now.
  } finally {
    remove(aside);
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
  const beat = setInterval(() => beatOnce(path, mark), BEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (isOwn(path, mark)) remove(path);
  }
}
