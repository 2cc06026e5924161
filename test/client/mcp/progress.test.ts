import type { ServerContext } from "@modelcontextprotocol/server";
import { expect, test } from "vitest";
import { progressOf } from "../../../client/mcp/progress.ts";

type Heard = { progress: number; total: number; message: string; progressToken: unknown };

/** A call as a server sees it, whose client hears `heard`; with a token if it asked to be told. */
function call(token?: string) {
  const heard: Heard[] = [];
  const notify = async ({ params }: { params?: unknown }): Promise<void> => void heard.push(params as Heard);
  const mcpReq = { _meta: token === undefined ? {} : { progressToken: token }, notify };
  return { heard, context: { mcpReq } as unknown as ServerContext };
}

test("progress rises with each notification, also when no time has passed, and is never beyond its total", () => {
  const { heard, context } = call("token");
  let now = 0;
  const progress = progressOf(context, { now: () => now, total: 1 });
  progress.say("one");
  progress.say("two");
  now = 5_000;
  progress.say("three\u202e");
  progress.close();
  expect(heard.map(({ message }) => message)).toEqual(["one", "two", "three"]);
  for (const [at, { progress: done, total }] of heard.entries()) {
    expect(done).toBeGreaterThan(heard[at - 1]?.progress ?? 0);
    expect(done).toBeLessThanOrEqual(total);
  }
});

test("a client that waits hears the last word again and again, until the call is over", async () => {
  const { heard, context } = call("token");
  const progress = progressOf(context, { now: () => 0, total: 60 }, 5);
  progress.say("Grant waits for 1 of privacy");
  await expect.poll(() => heard.length).toBeGreaterThan(3);
  progress.close();
  expect(new Set(heard.map(({ message }) => message)).size).toBe(1);
});

test("a client that did not ask hears nothing", () => {
  const { heard, context } = call();
  const progress = progressOf(context, { now: () => 0, total: 60 }, 1);
  progress.say("one");
  progress.close();
  expect(heard).toEqual([]);
});
