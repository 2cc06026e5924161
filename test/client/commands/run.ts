import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { main } from "../../../client/cli.ts";
import type { GrantView } from "../../../functions/core/api/schemas.ts";

export const ID = "abcdefghij234567";
export const DIGEST = `sha256:${"a".repeat(64)}`;
const ROOT = "http://127.0.0.1:1";
const API = `${ROOT}/_aws/execute-api/a1b2c3d4/v1`;

type Said = { method: string; path: string; body: unknown };
type Answer = { status?: number; body: unknown; headers?: Record<string, string> };
/** What the broker answers to a call; undefined is a broken connection. */
export type Answers = (call: Said, nth: number) => Answer | undefined;

type Ran = { code: number; out: string; err: string; calls: Said[] };

/** A file that is there as long as the work lasts. */
export async function withFile<T>(
  name: string,
  content: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-commands-"));
  try {
    writeFileSync(join(folder, name), content);
    return await work(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One command line in this process, as it is. */
export async function capture(...words: string[]): Promise<Omit<Ran, "calls">> {
  const [out, err]: [string[], string[]] = [[], []];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => err.push(String(text)) > 0);
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(`${text}\n`));
  try {
    const code = await main(["node", "latchkey", ...words]);
    return { code, out: out.join(""), err: err.join("") };
  } finally {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  }
}

const identities = { agent: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "made up" } };
const LOCAL = JSON.stringify({ endpoint: ROOT, region: "us-east-1", apiUrl: API, identities });

/** One command line in this process, against a broker that is a function. */
export async function run(answers: Answers, ...words: string[]): Promise<Ran> {
  const calls: Said[] = [];
  vi.stubGlobal("fetch", async (url: URL | string, init?: RequestInit) => {
    const path = String(url).replace(API, "").replace(ROOT, "");
    const call = { method: init?.method ?? "GET", path, body: bodyOf(init?.body) };
    calls.push(call);
    const answer = answers(call, calls.length);
    if (!answer) throw new TypeError("fetch failed");
    return new Response(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body), {
      status: answer.status ?? 200,
      headers: { date: new Date().toUTCString(), ...answer.headers },
    });
  });
  try {
    // What stands after `--` is another command's.
    const end = words.includes("--") ? words.indexOf("--") : words.length;
    return await withFile("local.json", LOCAL, async (file) => ({
      ...(await capture(...words.slice(0, end), "--local-file", file, "--as", "agent", ...words.slice(end))),
      calls,
    }));
  } finally {
    vi.unstubAllGlobals();
  }
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
