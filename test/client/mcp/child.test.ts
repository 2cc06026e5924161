import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { runJob } from "../../../client/mcp/child.ts";
import { environmentOf, ownSecrets } from "../../../client/mcp/environment.ts";
import { KEYS } from "./world.ts";

const job = (script: string, more: object = {}) =>
  runJob({
    ...{
      argv: ["/bin/sh", "-c", script],
      cwd: process.cwd(),
      env: { PATH: process.env.PATH },
      timeoutSeconds: 20,
    },
    ...{ signal: new AbortController().signal, secrets: [] },
    ...more,
  });

test("both streams and the exit code come back; there is no input to read", async () => {
  expect(await job("cat; echo out; echo err >&2; exit 4")).toEqual({
    ...{ exitCode: 4, stdout: "out\n", stderr: "err\n", leftOut: 0, withheld: 0 },
  });
});

test("of a long output the beginning and the end come back, and how much is between", async () => {
  const { stdout, leftOut } = await job("echo first; yes 0123456789 | head -n 5000; echo last");
  expect(stdout).toMatch(/^first\n0123456789\n[\s\S]*… \d+ characters left out …[\s\S]*last\n$/);
  expect(stdout.length).toBeLessThan(13_000);
  expect(leftOut).toBeGreaterThan(40_000);
});

test("a secret that lies across what is left out is not half shown", async () => {
  // The head is full in the middle of it.
  const script = `printf 'x%.0s' $(seq 5990); printf '%s' '${KEYS.SecretAccessKey}'; printf 'y%.0s' $(seq 20000)`;
  const { stdout, withheld } = await job(script, { secrets: [KEYS.SecretAccessKey] });
  expect(withheld).toBe(1);
  for (let at = 0; at + 4 <= KEYS.SecretAccessKey.length; at += 1)
    expect(stdout).not.toContain(KEYS.SecretAccessKey.slice(at, at + 4));
});

test("a program that prints without end is stopped", async () => {
  expect(await job("yes")).toMatchObject({ stoppedFor: "too_much_output", exitCode: null });
});

test("a program that will not stop is killed, with what it started", async () => {
  const { stdout, stoppedFor } = await job(`trap '' TERM; sleep 60 & echo $!; while true; do sleep 1; done`, {
    timeoutSeconds: 1,
  });
  expect(stoppedFor).toBe("timeout");
  await expect.poll(() => isRunning(Number(stdout))).toBe(false);
});

test("what a program leaves running ends with it", async () => {
  const { stdout, exitCode } = await job("sleep 60 & echo $!");
  expect(exitCode).toBe(0);
  await expect.poll(() => isRunning(Number(stdout))).toBe(false);
});

test("what left the program's group, with its pipes, holds up neither the answer nor a cancelled call", async () => {
  const away = `const { spawn } = require("node:child_process");
    const { pid } = spawn("sleep", ["30"], { detached: true, stdio: "inherit" }); console.log(pid);`;
  const argv = (then: string) => [process.execPath, "-e", `${away} ${then}`];
  const { stdout, exitCode } = await job("", { argv: argv("process.exit(5)") });
  process.kill(Number(stdout), "SIGKILL");
  expect(exitCode).toBe(5);
  const pidFile = join(mkdtempSync(join(tmpdir(), "latchkey-away-")), "pid");
  const write = `require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(pid)); setInterval(() => 0, 1000);`;
  const stop = new AbortController();
  const ran = job("", { argv: argv(write), signal: stop.signal });
  const pidOf = () => (existsSync(pidFile) ? readFileSync(pidFile, "utf8") : "");
  await expect.poll(pidOf, { timeout: 5_000 }).toMatch(/^\d+$/);
  stop.abort(new Error("cancelled"));
  await expect(ran).rejects.toThrow("cancelled");
  process.kill(Number(pidOf()), "SIGKILL");
  rmSync(dirname(pidFile), { recursive: true });
});

test("a program that will not stop does not outlive the process that leaves in a hurry", async () => {
  const stubborn = `trap '' TERM; echo $$ > pid; while true; do sleep 1; done`;
  const script = `
    import { existsSync, readFileSync } from "node:fs";
    import { runJob } from ${JSON.stringify(join(import.meta.dirname, "../../../client/mcp/child.ts"))};
    runJob({ argv: ["/bin/sh", "-c", ${JSON.stringify(stubborn)}], cwd: process.env.FOLDER, env: process.env,
      timeoutSeconds: 20, signal: new AbortController().signal, secrets: [] });
    setInterval(() => existsSync(process.env.FOLDER + "/pid") && readFileSync(process.env.FOLDER + "/pid", "utf8") && process.exit(7), 20);`;
  const folder = mkdtempSync(join(tmpdir(), "latchkey-hurry-"));
  const { status } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", script],
    { env: { ...process.env, FOLDER: folder }, timeout: 15_000 },
  );
  const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
  rmSync(folder, { recursive: true });
  expect(status).toBe(7);
  await expect.poll(() => isRunning(pid)).toBe(false);
});

test("a call that is cancelled ends the program and throws the reason", async () => {
  const stop = new AbortController();
  const ran = job("sleep 60", { signal: stop.signal });
  stop.abort(new Error("cancelled"));
  await expect(ran).rejects.toThrow("cancelled");
  await expect(job("echo never", { signal: stop.signal })).rejects.toThrow("cancelled");
});

test("a program that is not there, or may not be run, is one sentence for whoever listed it", async () => {
  await expect(job("", { argv: ["no-such-program"] })).rejects.toThrow(
    /^no-such-program is not there: a person/,
  );
  await expect(job("", { argv: [process.cwd()] })).rejects.toThrow(/may not be run/);
});

test("I-09 a command's environment has the grant's keys, no other identity's, and none of the host's own", () => {
  const own = {
    ...{ PATH: "/bin", LC_ALL: "C", MODEL_API_KEY: "sk-1", LATCHKEY_MCP_TOKEN: "token" },
    ...{
      AWS_PROFILE: "own",
      AWS_ACCESS_KEY_ID: "AKIAOWN",
      AWS_SECRET_ACCESS_KEY: "own",
      AWS_ROLE_ARN: "arn",
    },
    ...{ AWS_WEB_IDENTITY_TOKEN_FILE: "f", AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1" },
  };
  const env = environmentOf(own, KEYS, { region: "eu-west-1" });
  expect(env).toEqual({
    ...{ PATH: "/bin", LC_ALL: "C", AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1" },
    AWS_ACCESS_KEY_ID: KEYS.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: KEYS.SecretAccessKey,
    AWS_SESSION_TOKEN: KEYS.SessionToken,
    ...{
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
    },
  });
  expect(ownSecrets(own)).toEqual(["own", "token"]);
  const local = environmentOf({}, KEYS, { region: "r", awsEndpoint: "http://127.0.0.1:4566" });
  expect(local.AWS_ENDPOINT_URL).toBe("http://127.0.0.1:4566");
});

/** Dead and not yet buried is dead: where nobody buries orphans, a signal still finds them. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}
