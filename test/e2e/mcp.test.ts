import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instancePaths, projectRoot } from "../../local/paths.ts";
import { called } from "../client/mcp/world.ts";
import { cli } from "./latchkey.ts";
import {
  as,
  BUCKETS,
  collect,
  eventually,
  inState,
  keysUnder,
  look,
  OVER,
  refusalOf,
  s3With,
} from "./world.ts";

const run = promisify(execFile);
const PROFILES = join(projectRoot, "docs", "examples", "latchkey.yaml");
/** `latchkey mcp` as a client starts it. */
const mcp = (identity: string): string[] => [
  ...[process.execPath, cli, "mcp"],
  ...["--local-file", instancePaths().localJson, "--as", identity, "--file", PROFILES],
];
const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };

describe("a model with `latchkey mcp` on its stdio", () => {
  const [command = "", ...args] = mcp("finetune-pipeline");
  const client = new Client({ name: "e2e", version: "1" });
  const transport = new StdioClientTransport({ command, args, env, stderr: "pipe" });
  let said = "";
  let kept = "";
  transport.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  beforeAll(() => client.connect(transport));
  afterAll(() => client.close());
  const inside = [BUCKETS.training, "support/2026/03/"];

  test("asks, runs a program that reads the granted prefix and nothing beside it, gives back, and is refused", async () => {
    const given = { profile: "conversations", scope: { prefix: "2026/03/" }, window: "5m" };
    const asked = await called(client, "request_access", given);
    expect(asked.data).toMatchObject({ outcome: "active", scope: { prefix: "2026/03/" } });
    const { grantId = "" } = asked.data as { grantId?: string };
    const keys = await collect("finetune-pipeline", grantId);

    const read = { command: "read-documents", grantId };
    const ran = await called(client, "run_with_access", { ...read, arguments: inside });
    expect(ran.data).toMatchObject({ outcome: "ran", exitCode: 0, withheld: 0, released: false });
    expect(ran.data.stdout).toMatch(/^support\/2026\/03\/\S+: .+\n/);
    const beside = await called(client, "run_with_access", {
      ...read,
      arguments: [BUCKETS.training, "support/2026/02/"],
    });
    expect(beside).toMatchObject({ isError: true, data: { exitCode: 1 } });
    expect(beside.data.stderr).toMatch(/AccessDenied/);

    await called(client, "release_access", { grantId });
    await inState("finetune-pipeline", grantId, "REVOKED");
    expect(await refusalOf(keysUnder(s3With(keys), BUCKETS.training, "support/2026/03/"))).toMatch(OVER);
    const after = await called(client, "run_with_access", { ...read, arguments: inside });
    expect(after).toMatchObject({ isError: true, data: { outcome: "over" } });
  });

  test("when the client goes, what is open is given back", async () => {
    const asked = await called(client, "request_access", { profile: "conversations", window: "5m" });
    kept = String(asked.data.grantId);
    expect(asked.data).toMatchObject({ outcome: "active" });
    await client.close();
    const grant = await eventually("the release", async () => {
      const view = await look("finetune-pipeline", kept);
      return view.status !== "ACTIVE" && view;
    });
    expect(["REVOKING", "REVOKED"]).toContain(grant.status);
    expect(said).toBe("");
  });
});

test("the agent loop takes a smaller ask for a no, waits for a person, works through run_with_access and gives back", async () => {
  const script = join(projectRoot, "docs", "examples", "agent-loop.ts");
  const loop = run(process.execPath, ["--import", "tsx", script, ...mcp("rag-indexer")], {
    timeout: 110_000,
    cwd: projectRoot,
    env,
  });
  const approved = eventually("the loop's ask", async () => {
    const { body } = await as("maya")("GET", "/grants?waiting=me");
    const [grant] = (body.grants as { id: string; agent: string; digest: string; purpose: string }[]).filter(
      ({ agent, purpose }) => agent === "rag-indexer" && purpose === "rebuild the retrieval index",
    );
    if (!grant) return undefined;
    const word = { decision: "approve", stage: 1, digest: grant.digest };
    return (await as("maya")("POST", `/grants/${grant.id}/decision`, word)).status === 200 && grant.id;
  });
  const [{ stdout }, id] = await Promise.all([loop, approved]);
  const { answer, steps } = JSON.parse(stdout) as { answer: string; steps: Record<string, unknown>[] };
  expect(steps.map(({ tool, outcome }) => [tool, outcome].filter(Boolean).join(" "))).toEqual([
    "list_access",
    "request_access denied",
    "request_access active",
    "run_with_access ran",
    "release_access over",
    expect.stringMatching(/^request_access (pending|active)$/),
    ...(steps.length === 9 ? ["access_status"] : []),
    "run_with_access ran",
    "release_access over",
  ]);
  expect(answer).toBe("done");
  const [names, lines] = steps.filter(({ tool }) => tool === "run_with_access");
  expect(names?.stdout).toContain("corpus/handbook.md\n");
  expect(lines).toMatchObject({ exitCode: 0, access: { grantId: id } });
});
