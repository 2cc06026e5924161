import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { sharedPaths } from "./paths.ts";
import { identifyProcess, isRunning, processRef } from "./server.ts";

const run = promisify(execFile);

/** Exact, so that everybody's local AWS behaves as the documented one. */
const PINS = [
  "ministack==1.5.33",
  // Athena's engine. 2.0 is what the SQL was measured with; it has no build for Python 3.10.
  'duckdb==2.0.0; python_version >= "3.11"',
  'duckdb==1.5.6; python_version < "3.11"',
  "cryptography==50.0.2", // KMS signatures
  "pytz==2026.6", // DuckDB's timestamps with a time zone
  "boto3==1.43.106", // not for the server: for tests and for trying things; the release that ministack's botocore is of
];

/** A virtual environment: where it is, what is in it, and what that is for people. */
type Environment = { venv: string; pins: readonly string[]; what: string };

const markerOf = (venv: string): string => join(venv, "latchkey-pins");
const pythonOf = (venv: string): string => join(venv, "bin", "python");

const howToGetPython =
  "Install it (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python), " +
  "or name one with LATCHKEY_PYTHON=/path/to/python3.";

/** The first Python that is new enough (MiniStack needs 3.10). */
async function findPython(): Promise<string> {
  const chosen = process.env.LATCHKEY_PYTHON;
  const tooOld: string[] = [];
  for (const candidate of chosen ? [chosen] : ["python3", "python"]) {
    const version = await run(candidate, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
    if (version === undefined) continue;
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major === 3 && minor >= 10) return candidate;
    tooOld.push(`${candidate} is ${version}`);
  }
  if (tooOld.length > 0) {
    throw new Error(
      `The local AWS needs Python 3.10 or newer, but ${tooOld.join(" and ")}. ${howToGetPython}`,
    );
  }
  const missing = chosen
    ? `LATCHKEY_PYTHON (${chosen}) does not run`
    : "there is neither python3 nor python here";
  throw new Error(`The local AWS needs Python 3.10 or newer, but ${missing}. ${howToGetPython}`);
}

/** Settings of the user's that would make pip or Python look elsewhere than into the new environment. */
function pythonEnvironment(): NodeJS.ProcessEnv {
  const { PYTHONPATH: _, PYTHONHOME: __, VIRTUAL_ENV: ___, ...rest } = process.env;
  return { ...rest, PIP_USER: "0", PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_NO_INPUT: "1" };
}

async function makeVenv(python: string, { venv, pins, what }: Environment): Promise<void> {
  const env = pythonEnvironment();
  try {
    // Debian's python3 has venv but not ensurepip, which fails only in mid-work.
    await run(python, ["-c", "import venv, ensurepip"], { env });
  } catch (cause) {
    throw new Error(
      `${python} cannot make virtual environments: its venv module is missing. ` +
        "Install it (Debian, Ubuntu: sudo apt install python3-venv; macOS: brew install python).",
      { cause },
    );
  }
  rmSync(venv, { recursive: true, force: true });
  await run(python, ["-m", "venv", venv], { env });
  try {
    await run(pythonOf(venv), ["-m", "pip", "install", "--quiet", ...pins], {
      env,
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (cause) {
    const said = String((cause as { stderr?: string }).stderr ?? cause).trim();
    throw new Error(
      `pip could not install ${what}. It needs the package index once. pip said:\n${said.slice(-2_000)}`,
      { cause },
    );
  }
}

/** Whether the environment was made to its end, from these pins, and its Python is still there. */
async function isInstalled(venv: string, stamp: string): Promise<boolean> {
  try {
    if (readFileSync(markerOf(venv), "utf8") !== stamp) return false;
    await run(pythonOf(venv), ["-c", ""]); // an upgrade of the system's Python may have taken away what it links to
    return true;
  } catch {
    return false;
  }
}

/** Makes a virtual environment of exactly these packages; nothing is done where it is there. */
export async function installPython(environment: Environment): Promise<"installed" | "there already"> {
  const { venv, pins } = environment;
  const stamp = createHash("sha256").update(pins.join("\n")).digest("hex");
  if (await isInstalled(venv, stamp)) return "there already";
  // Two instances may start at once on a fresh clone: the second waits for the first one's.
  return withLock({ path: `${venv}.lock`, whenHeld: "wait" }, async () => {
    if (await isInstalled(venv, stamp)) return "there already";
    await makeVenv(await findPython(), environment);
    writeFileSync(markerOf(venv), stamp); // last: an environment without it is made anew
    return "installed";
  });
}

/** Puts the pinned MiniStack into `.latchkey/venv`: 12 s and 180 MB once, nothing the next time. */
export const installLocalAws = (): ReturnType<typeof installPython> =>
  installPython({ venv: sharedPaths.venv, pins: PINS, what: "the local AWS" });

/** A lock file: the error when another process holds it (given its pid), or `"wait"` until it is free. */
export type Lock = { path: string; whenHeld: "wait" | ((pid: number) => string) };

/** Runs `work` while no other process runs under the same lock. A lock whose holder has died is free. */
export async function withLock<T>({ path, whenHeld }: Lock, work: () => Promise<T>): Promise<T> {
  const self = identifyProcess(process.pid);
  mkdirSync(dirname(path), { recursive: true });
  // Written beside and linked: the lock appears with its content or not at all.
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, JSON.stringify(self));
  try {
    while (!tryLink(beside, path)) {
      const holder = readHolder(path);
      if (holder && isRunning(holder)) {
        if (whenHeld !== "wait") throw new Error(whenHeld(holder.pid));
        await sleep(200);
      } else {
        discard(path, holder?.startTime);
      }
    }
  } finally {
    rmSync(beside, { force: true });
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readHolder(path: string) {
  try {
    return processRef.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

/** Takes a dead process's lock away; puts it back when somebody was quicker and it is a living one's by now. */
function discard(path: string, startTime: string | undefined): void {
  const aside = `${path}.${process.pid}.dead`;
  try {
    renameSync(path, aside);
  } catch {
    return; // somebody else discarded it
  }
  if (readHolder(aside)?.startTime !== startTime) tryLink(aside, path);
  rmSync(aside, { force: true });
}
