import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { writePrivately } from "./local-json.ts";
import { type InstancePaths, instancePaths, makeHome, sharedPaths } from "./paths.ts";

export const region = "us-east-1";
export const accountId = "000000000000";

/** A pid alone may be somebody else's by now; together with its start time it names one process for good. */
export const processRef = z.strictObject({ pid: z.int().positive(), startTime: z.string() });
export type ProcessRef = z.infer<typeof processRef>;
type RunningProcess = ProcessRef & { parent: number };

const serverState = z.strictObject({
  ...processRef.shape,
  port: z.int().positive(),
  adminAccessKeyId: z.string(),
  adminSecretAccessKey: z.string(),
});
type ServerState = z.infer<typeof serverState>;

/** A server of ours. Its key is new at every start, so `adminAccessKeyId` also tells one start from the next. */
export type Server = ServerState & { endpoint: string };

/** Every process that runs (zombies do not). Linux: /proc, as small containers have no ps; macOS: ps. */
function runningProcesses(): RunningProcess[] {
  if (process.platform !== "linux") return processesByPs();
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      // proc(5): after the name in brackets (which may hold anything) come state, ppid, …; the start is field 22.
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (fields[0] === "Z" || fields[0] === "X") return [];
      return [{ pid: Number(entry), parent: Number(fields[1]), startTime: `${boot}/${fields[19]}` }];
    } catch {
      return []; // it ended while we looked
    }
  });
}

function processesByPs(): RunningProcess[] {
  const env = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
  // One -o each: POSIX lets the text after an equals sign run on over commas.
  const columns = ["pid", "ppid", "stat", "lstart"].flatMap((name) => ["-o", `${name}=`]);
  const table = execFileSync("ps", ["-A", ...columns], { env, encoding: "utf8" });
  return table.split("\n").flatMap((line) => {
    const [, pid, parent, state, startTime] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? [];
    if (!pid || !startTime || state?.startsWith("Z")) return [];
    return [{ pid: Number(pid), parent: Number(parent), startTime }];
  });
}

export function isRunning(ref: ProcessRef): boolean {
  return runningProcesses().some((one) => one.pid === ref.pid && one.startTime === ref.startTime);
}

/** The running process with this pid, with what tells it from later bearers of the pid. */
export function identifyProcess(pid: number): ProcessRef | undefined {
  const found = runningProcesses().find((one) => one.pid === pid);
  return found && { pid, startTime: found.startTime };
}

function descendants(ref: ProcessRef): ProcessRef[] {
  const all = runningProcesses();
  const below = (pid: number): RunningProcess[] =>
    all.filter((one) => one.parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return below(ref.pid);
}

function signal(ref: ProcessRef, name: NodeJS.Signals): void {
  if (!isRunning(ref)) return;
  try {
    process.kill(ref.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function endsWithin(ref: ProcessRef, milliseconds: number): Promise<boolean> {
  for (const deadline = Date.now() + milliseconds; Date.now() < deadline; await sleep(50)) {
    if (!isRunning(ref)) return true;
  }
  return !isRunning(ref);
}

/** Ends a process that we started, kindly first. */
export async function endProcess(ref: ProcessRef): Promise<void> {
  signal(ref, "SIGTERM");
  if (await endsWithin(ref, 5_000)) return;
  signal(ref, "SIGKILL");
  await endsWithin(ref, 5_000);
}

const toServer = (state: ServerState): Server => ({ ...state, endpoint: `http://127.0.0.1:${state.port}` });

function readState(paths: InstancePaths): Server | undefined {
  try {
    return toServer(serverState.parse(JSON.parse(readFileSync(paths.server, "utf8"))));
  } catch {
    return undefined;
  }
}

async function answers(server: Server): Promise<boolean> {
  try {
    const response = await fetch(`${server.endpoint}/_ministack/health`, {
      signal: AbortSignal.timeout(10_000), // far above a busy one: whoever seems to hang is made anew
    });
    return response.ok;
  } catch {
    return false;
  }
}

/** The server that our state file names: is that very process alive, and does it answer? */
export async function readServer(
  paths = instancePaths(),
): Promise<{ status: "healthy" | "hanging"; server: Server } | { status: "down" }> {
  const server = readState(paths);
  if (!server || !isRunning(server)) return { status: "down" };
  return { status: (await answers(server)) ? "healthy" : "hanging", server };
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(address)));
    });
  });
}

/**
 * Nothing of ours is inherited: functions get the server's environment. HOME too, or they would read ~/.aws.
 * The functions run on the Node that runs this.
 */
function serverEnvironment(paths: InstancePaths, state: Omit<ServerState, keyof ProcessRef>) {
  return {
    PATH: [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter),
    HOME: paths.temporary,
    TMPDIR: paths.temporary,
    STATE_DIR: join(paths.state, "services"),
    S3_DATA_DIR: join(paths.state, "s3"),
    LANG: "C.UTF-8",
    TZ: "UTC",
    AUTH: "true", // signatures and IAM policies are enforced
    BIND_HOST: "127.0.0.1", // /_ministack/* asks for no credentials
    GATEWAY_PORT: String(state.port),
    IOT_MTLS_ENABLED: "0",
    SFTP_ENABLED: "0",
    // 65 to 100 MB a worker. Too low a cap gives raw 429s, so this is far above what anybody reaches.
    LAMBDA_ACCOUNT_CONCURRENCY: "120",
    AWS_ACCESS_KEY_ID: state.adminAccessKeyId,
    AWS_SECRET_ACCESS_KEY: state.adminSecretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}

/** Starts a server that outlives this process, with nothing in it. The caller has stopped the one before. */
export async function startServer(paths = instancePaths()): Promise<Server> {
  makeHome(paths);
  // The server takes its own key for root's whatever the secret, so the id must not be guessable either.
  const adminAccessKeyId = `LATCHKEY${randomBytes(12).toString("hex").toUpperCase()}`;
  const adminSecretAccessKey = randomBytes(30).toString("base64url");
  const fresh = { port: await freePort(), adminAccessKeyId, adminSecretAccessKey };

  const log = openSync(paths.serverLog, "w", 0o600);
  const child = spawn(join(sharedPaths.venv, "bin", "python"), ["-m", "ministack"], {
    cwd: paths.temporary,
    env: serverEnvironment(paths, fresh),
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const failed = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code, how) => reject(new Error(`it ended at once (${how ?? code})`)));
  });
  failed.catch(() => undefined);

  try {
    const ref = child.pid === undefined ? undefined : identifyProcess(child.pid);
    if (!ref) return await failed;
    // Before it answers: if we are killed meanwhile, the next start must know whom to stop.
    const state = { ...ref, ...fresh };
    writePrivately(paths.server, state);
    await Promise.race([failed, waitUntilHealthy(toServer(state))]);
    child.removeAllListeners("exit").unref();
    return toServer(state);
  } catch (cause) {
    await stopServer(paths);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The local AWS did not start: ${reason}. Its log is ${paths.serverLog}.`, { cause });
  }
}

async function waitUntilHealthy(server: Server): Promise<void> {
  // 0.6 s as a rule; the first start on a cold and busy disk takes several.
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(50)) {
    if (await answers(server)) return;
  }
  throw new Error("it did not answer within 60 s");
}

/**
 * Stops the server of the state file, if it is still the process that we started, and its workers.
 * Says whether there was one to stop.
 */
export async function stopServer(paths = instancePaths()): Promise<"stopped" | "nothing to stop"> {
  const server = readState(paths);
  const found = server !== undefined && isRunning(server);
  if (found) {
    // Recorded before: once the parent is gone, nothing tells whose they were.
    const workers = descendants(server);
    signal(server, "SIGTERM");
    if (!(await endsWithin(server, 5_000))) {
      workers.push(...descendants(server));
      signal(server, "SIGKILL");
      await endsWithin(server, 5_000);
    }
    for (const worker of workers) signal(worker, "SIGKILL");
  }
  rmSync(paths.server, { force: true });
  return found ? "stopped" : "nothing to stop";
}
