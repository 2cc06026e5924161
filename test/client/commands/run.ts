import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";
import { main } from "../../../client/cli.ts";
import type { GrantView } from "../../../functions/core/api/schemas.ts";

export const ID = "abcdefghij234567";
export const DIGEST = `sha256:${"a".repeat(64)}`;
export const API = "http://127.0.0.1:1/_aws/execute-api/a1b2c3d4/v1";

type Said = { method: string; path: string; body: unknown };
type Answer = { status?: number; body: unknown; headers?: Record<string, string> };
/** What the broker answers to a call; undefined is a broken connection. */
export type Answers = (call: Said, nth: number) => Answer | undefined;

export type Ran = { code: number; out: string; err: string; calls: Said[] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-commands-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** A folder of the test's own, with the local.json that `run` uses. */
export function here(): string {
  const identities = { agent: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "made up" } };
  const local = { endpoint: "http://127.0.0.1:1", region: "us-east-1", apiUrl: API, identities };
  writeFileSync(join(folder, "local.json"), JSON.stringify(local));
  return folder;
}

/** One command line in this process, against a broker that is a function. */
export async function run(answers: Answers, ...words: string[]): Promise<Ran> {
  const calls: Said[] = [];
  const [out, err]: [string[], string[]] = [[], []];
  const local = join(here(), "local.json");
  vi.stubGlobal("fetch", async (url: URL | string, init?: RequestInit) => {
    const path = String(url).replace(API, "").replace("http://127.0.0.1:1", "");
    const call = { method: init?.method ?? "GET", path, body: bodyOf(init?.body) };
    calls.push(call);
    const answer = answers(call, calls.length);
    if (!answer) throw new TypeError("fetch failed");
    return new Response(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body), {
      status: answer.status ?? 200,
      headers: { date: new Date().toUTCString(), ...answer.headers },
    });
  });
  vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => err.push(String(text)) > 0);
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(`${text}\n`));
  const code = await main(["node", "latchkey", ...words, "--local-file", local, "--as", "agent"]);
  process.exitCode = undefined;
  vi.restoreAllMocks();
  return { code, out: out.join(""), err: err.join(""), calls };
}

function bodyOf(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return body;
  }
}

/** A grant as the API shows it. */
export function grantOf(over: Partial<GrantView> = {}): GrantView {
  return {
    ...{ id: ID, status: "ACTIVE", agent: "support-assistant", resource: "claims", access: "read" },
    ...{ window: { seconds: 1800 }, purpose: "answering a customer", masked: false, digest: DIGEST },
    decision: {
      ...{ outcome: "needs_approval", policyVersion: "p1", rules: [{ id: "r1", reason: "personal data" }] },
      plan: [
        {
          ...{ stage: 1, rule: "r1", reason: "personal data needs privacy", group: "privacy", quorum: 1 },
          ...{ status: "open", approved: [], decideBy: "2026-11-22T09:00:00Z" },
        },
      ],
    },
    ...over,
  };
}

export const refusal = (status: number, code: string, message: string, details?: object): Answer => ({
  status,
  body: { error: { code, message, ...(details ? { details } : {}) } },
});
