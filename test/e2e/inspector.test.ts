import { type ChildProcess, execFile, spawn } from "node:child_process";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { instancePaths, projectRoot, sharedPaths } from "../../local/paths.ts";
import { cli } from "./latchkey.ts";
import { BUCKETS, eventually } from "./world.ts";

const run = promisify(execFile);
// The inspector's command line. Its second generation wants Node 22, and has no command line of its own to install.
const INSPECTOR = "@modelcontextprotocol/inspector-cli@1.0.3";
const folder = join(sharedPaths.home, "inspector-1.0.3");
const bin = join(folder, "node_modules", ".bin", "mcp-inspector-cli");
const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };
const TOKEN = "an-inspector-that-shows-its-token-on-loopback";
const mcp = [
  ...[cli, "mcp"],
  ...["--local-file", instancePaths().localJson, "--as", "finetune-pipeline"],
  ...["--file", join(projectRoot, "docs", "examples", "latchkey.yaml")],
];

/** What the inspector prints of one method: JSON. */
async function inspect(
  target: readonly string[],
  method: readonly string[],
): Promise<Record<string, unknown>> {
  const args = [bin, "--cli", ...target, "--method", ...method];
  const { stdout } = await run(process.execPath, args, { env, timeout: 60_000, cwd: projectRoot });
  return JSON.parse(stdout) as Record<string, unknown>;
}

let server: ChildProcess | undefined;
let http: string[] = [];
beforeAll(async () => {
  const flags = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"];
  if (!existsSync(bin)) {
    await run("npm", ["install", ...flags, "--prefix", folder, INSPECTOR], { timeout: 240_000 });
    // It was made to lie in the package of the whole inspector (160 MB), and looks for its own name and version there.
    const scope = join(folder, "node_modules", "@modelcontextprotocol");
    copyFileSync(join(scope, "inspector-cli", "package.json"), join(scope, "package.json"));
  }
  const started = spawn(process.execPath, [...mcp, "--http", "0"], {
    env: { ...env, LATCHKEY_MCP_TOKEN: TOKEN },
    stdio: ["ignore", "ignore", "pipe"],
  });
  server = started;
  let said = "";
  started.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const url = await eventually("the server's address", async () => /http:\/\/127\S+/.exec(said)?.[0]);
  expect(said).not.toContain(TOKEN);
  http = [url, "--transport", "http", "--header", `Authorization: Bearer ${TOKEN}`];
});
afterAll(async () => {
  const ended = new Promise((resolve) => server?.once("exit", resolve));
  server?.kill("SIGTERM");
  await ended;
});

const call = (tool: string, ...given: string[]) =>
  inspect(http, ["tools/call", "--tool-name", tool, ...given.flatMap((each) => ["--tool-arg", each])]);

test("the official MCP inspector lists the tools, over stdio and over HTTP", async () => {
  const [stdio, overHttp] = await Promise.all([
    inspect([process.execPath, ...mcp], ["tools/list"]),
    inspect(http, ["tools/list"]),
  ]);
  const names = [
    ...["list_access", "request_access", "request_action_approval", "read_masked"],
    ...["access_status", "release_access", "run_with_access"],
  ];
  for (const { tools } of [stdio, overHttp] as { tools: { name: string; outputSchema: object }[] }[]) {
    expect(tools.map(({ name }) => name)).toEqual(names);
    expect(tools.every(({ outputSchema }) => typeof outputSchema === "object")).toBe(true);
  }
});

test("the official MCP inspector calls each tool", async () => {
  const where = `arguments=${JSON.stringify([BUCKETS.training, "support/2026/03/"])}`;
  const scope = `scope=${JSON.stringify({ prefix: "2026/03/" })}`;
  const [list, asked] = await Promise.all([
    call("list_access"),
    call("request_access", "profile=conversations", scope, "window=5m"),
  ]);
  expect(list.structuredContent).toMatchObject({ profiles: expect.arrayContaining([]), commands: [{}, {}] });
  expect(asked.structuredContent).toMatchObject({ outcome: "active", windowSeconds: 300 });
  const { grantId } = asked.structuredContent as { grantId: string };
  const [ran, status] = await Promise.all([
    call("run_with_access", "command=list-documents", `grantId=${grantId}`, where),
    call("access_status", `grantId=${grantId}`),
  ]);
  expect(ran.structuredContent).toMatchObject({ outcome: "ran", exitCode: 0 });
  expect((ran.structuredContent as { stdout: string }).stdout).toMatch(/^support\/2026\/03\//);
  expect(status.structuredContent).toMatchObject({ grants: [{ grantId, outcome: "active" }] });
  const released = await call("release_access", `grantId=${grantId}`);
  expect(released.structuredContent).toMatchObject({ grantId, outcome: "over" });
});
