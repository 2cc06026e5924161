import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { grantOf } from "../commands/run.ts";

/** Processes as they are, and a broker of one grant, by HTTP. */
let folder: string;
let server: Server;
let child: ChildProcess | undefined;
const calls: string[] = [];
const world = { status: "ACTIVE", lost: 0 };

const view = () =>
  grantOf({
    status: world.status,
    window: { seconds: 7_200, ...(world.status === "PENDING" ? {} : { endsAt: "2099-01-01T00:00:00Z" }) },
  });
const keys = { Version: 1, AccessKeyId: "ASIA", SecretAccessKey: "s", SessionToken: "t" };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-left-"));
  calls.length = 0;
  Object.assign(world, { status: "ACTIVE", lost: 0 });
  server = createServer((request, response) => {
    const what = request.url?.split("/").at(-1) ?? "";
    calls.push(what);
    request.resume();
    if (what === "grants" && world.lost-- > 0) return void request.socket.destroy();
    // An hour of the two, so that the command is given an address.
    const body = what === "credentials" ? { ...keys, Expiration: "2098-01-01T00:00:00Z" } : view();
    response.end(JSON.stringify(body));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const identities = { agent: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "made up" } };
  const local = { endpoint: root, region: "us-east-1", apiUrl: `${root}/v1`, identities };
  writeFileSync(join(folder, "local.json"), JSON.stringify(local));
});
afterEach(() => {
  child?.kill("SIGKILL");
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const CLI = new URL("../../../client/cli.ts", import.meta.url).pathname;
/** Starts one command line; its exit code. */
function start(...words: string[]): { code: Promise<number | null>; process: ChildProcess } {
  const where = ["--local-file", join(folder, "local.json"), "--as", "agent"];
  const ask = ["--window", "2h", "--purpose", "test"];
  const [command = "", ...rest] = words;
  const started = spawn(
    process.execPath,
    ["--import", "tsx", CLI, command, ...where, ...ask, ...rest],
    // Of its own session: no terminal, whoever runs the tests.
    { stdio: ["ignore", "ignore", "pipe"], detached: true, env: { ...process.env, HOME: folder } },
  );
  child = started;
  return { code: once(started, "exit").then(([code]) => code as number | null), process: started };
}
const CLAIMS = ["--resource", "claims", "--access", "read", "--"];

test("run gives back after Ctrl-\\ as after Ctrl-C, with the command's exit code", async () => {
  const { code, process: run } = start("run", ...CLAIMS, "sh", "-c", `touch ${folder}/begun; exec sleep 60`);
  await vi.waitFor(() => expect(existsSync(join(folder, "begun"))).toBe(true), { timeout: 30_000 });
  run.kill("SIGQUIT");
  expect(await code).toBe(131);
  expect(calls.at(-1)).toBe("release");
}, 60_000);

test("run gives back, and ends, when the system refuses its command at once", async () => {
  const { code } = start("run", ...CLAIMS, join(folder, "local.json", "below"));
  expect(await code).toBe(127);
  expect(calls.at(-1)).toBe("release");
}, 60_000);

test("run gives back what it asked for without ever hearing the answer", async () => {
  world.lost = 5;
  const { code } = start("run", ...CLAIMS, "true");
  expect(await code).toBe(69);
  expect(calls.filter((what) => what === "grants")).toHaveLength(6);
  expect(calls.at(-1)).toBe("release");
}, 60_000);

test("request waits on when nobody reads its stderr any more, and gives back when it is stopped", async () => {
  world.status = "PENDING";
  const { code, process: request } = start("request", "claims", "read");
  request.stderr?.destroy();
  await vi.waitFor(() => expect(calls).toContain("grants"), { timeout: 30_000, interval: 20 });
  // It says whom it waits for, to nobody.
  await new Promise((done) => setTimeout(done, 1_000));
  expect(request.exitCode).toBeNull();
  request.kill("SIGTERM");
  expect(await code).toBe(130);
  expect(calls.at(-1)).toBe("release");
}, 60_000);
