import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type ClientOptions, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serveHttp } from "../../../client/mcp/http.ts";
import { httpSessions } from "../../../client/mcp/http-sessions.ts";
import { showsToken, tokenOf } from "../../../client/mcp/token.ts";
import { called, fakeWorld, ids } from "./world.ts";

const TOKEN = "t".repeat(43);
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function serving() {
  const { deps, world } = fakeWorld();
  const stopped = new AbortController();
  let over: Promise<void> = Promise.resolve();
  const url = await new Promise<string>((listening) => {
    const options = { port: 0, token: TOKEN, version: "0.0.0", keep: false };
    over = serveHttp(deps, options, stopped.signal, listening);
  });
  const stop = async (): Promise<void> => {
    stopped.abort();
    await over;
  };
  stops.push(stop);
  return { url, world, stop };
}

async function clientOf(url: string, options: ClientOptions = {}) {
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { authorization: `Bearer ${TOKEN}` } },
  });
  const client = new Client({ name: "a-model", version: "1" }, options);
  await client.connect(transport);
  return { client, transport };
}

/** A POST as a page or a stranger on this machine could send it; `fetch` would not let us choose these headers. */
const post = (url: string, headers: Record<string, string>, path?: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const target = new URL(url);
    const call = request(
      { host: "127.0.0.1", port: target.port, path: path ?? target.pathname, method: "POST", headers },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    call.on("error", reject);
    call.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }));
  });

describe("latchkey mcp --http", () => {
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };

  test("refuses strangers, web pages and rebound names before anything else", async () => {
    const { url, world } = await serving();
    for (const [name, sent, status] of [
      ["no token", { "content-type": "application/json" }, 401],
      ["a wrong token", { ...headers, authorization: `Bearer ${"u".repeat(43)}` }, 401],
      ["the token in another scheme", { ...headers, authorization: `Basic ${TOKEN}` }, 401],
      ["a page's origin", { ...headers, origin: "https://evil.example" }, 403],
      ["a page of this machine", { ...headers, origin: "http://localhost:3000" }, 403],
      ["a sandboxed page", { ...headers, origin: "null" }, 403],
      ["a rebound name", { ...headers, host: "evil.example" }, 403],
    ] as const)
      expect.soft(await post(url, sent), name).toBe(status);
    expect(await post(url, headers, "/")).toBe(404);
    expect(world.calls).toEqual([]);
  });

  test("is not brought down by an address that is none, nor by a body without end", async () => {
    const { url } = await serving();
    for (const path of ["//", "http://[", "/mcp/../", "*"])
      expect.soft(await post(url, headers, path), path).toBe(404);
    expect(await post(url, { ...headers, "content-length": String(2 ** 30) })).toBe(413);
    const { client } = await clientOf(url);
    expect((await client.listTools()).tools).toHaveLength(7);
    await client.close();
  });

  test("lets others through while clients send a body byte by byte, and stops for good although they still do (A-38)", async () => {
    const { url, stop } = await serving();
    const slow = Array.from({ length: 20 }, () => {
      const { port, pathname } = new URL(url);
      const call = request({
        ...{ host: "127.0.0.1", port, path: pathname, method: "POST" },
        headers: { ...headers, "content-length": "1000" },
      });
      const gone = new Promise<void>((done) => call.on("error", () => done()).on("close", () => done()));
      call.write("{");
      return gone;
    });
    const { client } = await clientOf(url);
    expect((await client.listTools()).tools).toHaveLength(7);
    await client.close();
    await stop();
    expect(await Promise.all(slow)).toHaveLength(20);
  });

  test("ends the sessions of clients that left without a word, and no others, and gives back what they asked for", async () => {
    const { deps, world } = fakeWorld();
    let now = 0;
    const sessions = httpSessions({ ...deps, now: () => now }, { version: "0.0.0", keep: false });
    const send = async (id: string | undefined, method: string, params: object): Promise<Response> => {
      const left = sessions.came(id);
      const request = new Request("http://127.0.0.1/mcp", {
        method: "POST",
        headers: {
          ...{ "content-type": "application/json", accept: "application/json, text/event-stream" },
          ...(id ? { "mcp-session-id": id } : {}),
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      });
      const response = await sessions.fetch(request);
      const answer = new Response(await response.text(), response);
      left();
      return answer;
    };
    const start = async (): Promise<string> => {
      const about = { capabilities: {}, clientInfo: { name: "a-model", version: "1" } };
      const began = await send(undefined, "initialize", { protocolVersion: "2025-06-18", ...about });
      return began.headers.get("mcp-session-id") ?? "";
    };
    const [gone, there] = [await start(), await start()];
    const stays = sessions.came(there);
    const given = { name: "request_access", arguments: { profile: "support" } };
    await send(gone, "tools/call", given);
    expect(world.grants.get(ids[0])?.status).toBe("ACTIVE");
    now += 29 * 60_000;
    sessions.sweep();
    expect((await send(gone, "tools/list", {})).status).toBe(200);
    now += 31 * 60_000;
    sessions.sweep();
    expect((await send(gone, "tools/list", {})).status).toBe(404);
    expect((await send(there, "tools/list", {})).status).toBe(200);
    await expect.poll(() => world.grants.get(ids[0])?.status).toBe("REVOKING");
    stays();
    await sessions.close();
  });

  test("keeps the sessions of clients of 2025 apart, and gives back what one asked for when it ends", async () => {
    const { url, world } = await serving();
    const [one, two] = [await clientOf(url), await clientOf(url)];
    expect(one.transport.sessionId).not.toBe(two.transport.sessionId);
    await called(one.client, "request_access", { profile: "support" });
    await called(two.client, "request_access", { profile: "claims", waitSeconds: 0 });
    expect((await called(two.client, "access_status")).data).toMatchObject({ grants: [{ grantId: ids[1] }] });
    await one.transport.terminateSession();
    await expect.poll(() => world.grants.get(ids[0])?.status).toBe("REVOKING");
    expect(world.grants.get(ids[1])?.status).toBe("PENDING");
    await Promise.all([one.client.close(), two.client.close()]);
  });

  test("serves clients of 2026, which have no session, and gives back what they asked for when it stops", async () => {
    const { url, world, stop } = await serving();
    const { client } = await clientOf(url, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
    const heard: unknown[] = [];
    const onprogress = (progress: unknown) => heard.push(progress);
    const asked = await called(
      client,
      "request_access",
      { profile: "claims", waitSeconds: 20 },
      { onprogress },
    );
    expect(asked.data).toMatchObject({ outcome: "pending" });
    expect(heard.length).toBeGreaterThan(0);
    await client.close();
    expect(world.grants.get(ids[0])?.status).toBe("PENDING");
    await stop();
    expect(world.grants.get(ids[0])?.status).toBe("CANCELLED");
  });

  test("a client of 2026 that leaves while it waits takes its ask back", async () => {
    const { url, world } = await serving();
    world.hold = true;
    const { client } = await clientOf(url, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
    const cancel = new AbortController();
    const asked = called(client, "request_access", { profile: "claims" }, { signal: cancel.signal });
    const ended = expect(asked).rejects.toThrow();
    await expect.poll(() => world.grants.get(ids[0])?.status).toBe("PENDING");
    cancel.abort();
    await ended;
    await expect.poll(() => world.grants.get(ids[0])?.status).toBe("CANCELLED");
    await client.close();
  });
});

describe("the token", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "latchkey-token-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("is made once, for its owner's eyes only, and read again", () => {
    const world = { env: {}, home: folder };
    const made = tokenOf(undefined, world);
    expect(made.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(statSync(made.source).mode & 0o777).toBe(0o600);
    expect(readFileSync(made.source, "utf8").trim()).toBe(made.token);
    expect(tokenOf(undefined, world)).toEqual(made);
  });

  test("is refused where others could read it, where it is a link, and where it is too short", () => {
    const path = join(folder, "token");
    writeFileSync(path, TOKEN, { mode: 0o600 });
    expect(tokenOf(path, { env: {}, home: folder }).token).toBe(TOKEN);
    symlinkSync(path, join(folder, "link"));
    expect(() => tokenOf(join(folder, "link"), { env: {}, home: folder })).toThrow(/only you can read/);
    chmodSync(path, 0o640);
    expect(() => tokenOf(path, { env: {}, home: folder })).toThrow(/chmod 600/);
    writeFileSync(join(folder, "short"), "secret", { mode: 0o600 });
    expect(() => tokenOf(join(folder, "short"), { env: {}, home: folder })).toThrow(/holds no token/);
    expect(() => tokenOf(undefined, { env: { LATCHKEY_MCP_TOKEN: "short" }, home: folder })).toThrow(
      /too short/,
    );
    expect(tokenOf(undefined, { env: { LATCHKEY_MCP_TOKEN: TOKEN }, home: folder }).token).toBe(TOKEN);
  });

  test("is shown whole or not at all", () => {
    expect(showsToken(`Bearer ${TOKEN}`, TOKEN)).toBe(true);
    for (const header of [
      undefined,
      "",
      TOKEN,
      "Bearer",
      `Bearer ${TOKEN}t`,
      `Bearer ${TOKEN.slice(1)}`,
      `Bearer ${TOKEN} x`,
    ])
      expect.soft(showsToken(header, TOKEN), String(header)).toBe(false);
  });
});
