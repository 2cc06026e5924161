import { describe, expect, test } from "vitest";
import { untilActive } from "../../../client/access/wait.ts";
import { LatchkeyError } from "../../../client/errors.ts";
import { type Patience, waitOut } from "../../../client/request/wait.ts";
import { STOPS, whenStopped } from "../../../client/stop.ts";
import { grantOf, ID } from "./run.ts";

const pending = grantOf({ status: "PENDING", retryAfterSeconds: 15 });
const stop = () => new LatchkeyError("interrupted", "Stopped by SIGINT.");

/** Asks, and is stopped at the nth wait; `asked` false: before anything was asked. */
async function interrupted(patience: Partial<Patience>, world: { asked?: boolean; lost?: boolean } = {}) {
  const stopping = new AbortController();
  const released: string[] = [];
  const release = (id: string) => {
    released.push(id);
    return world.lost
      ? Promise.reject(new Error("no network"))
      : Promise.resolve(grantOf({ status: "CANCELLED" }));
  };
  const pause = async (_ms: number, signal?: AbortSignal) => {
    stopping.abort(stop());
    signal?.throwIfAborted();
  };
  const fault = await waitOut(
    { broker: { release }, stopped: stopping.signal, say: () => undefined },
    async ({ onAsked, ...begun }) => {
      if (world.asked === false) await pause(0, begun.signal);
      onAsked(pending);
      return untilActive({ broker: { grant: async () => pending }, now: () => 0, pause }, pending, begun);
    },
    { wait: true, ...patience },
  ).catch((error: unknown) => error as LatchkeyError);
  return { fault, released };
}

describe("whatever stops a process", () => {
  test.each(STOPS)("%s is heard, for as long as somebody listens", (name) => {
    const before = process.listenerCount(name);
    const { signal, close } = whenStopped();
    process.emit(name, name);
    close();
    expect(signal.reason).toMatchObject({ kind: "interrupted", message: `Stopped by ${name}.` });
    expect(process.listenerCount(name)).toBe(before);
  });

  test("includes what a terminal sends", () =>
    expect(STOPS).toEqual(expect.arrayContaining(["SIGINT", "SIGQUIT", "SIGHUP"])));
});

test("an ask that is made, and whose broker is then away, is named all the same", async () => {
  const away = new LatchkeyError("unavailable", "The broker does not answer.");
  const begin = async ({ onAsked }: { onAsked(grant: ReturnType<typeof grantOf>): void }) => {
    onAsked(pending);
    throw away;
  };
  const release = async () => pending;
  const deps = { broker: { release }, stopped: new AbortController().signal, say: () => undefined };
  await expect(waitOut(deps, begin, { wait: true })).rejects.toBe(away);
  expect(away.hints.join()).toContain(`latchkey status ${ID}`);
});

describe("an ask that is interrupted while it waits", () => {
  test("is cancelled, and says which", async () => {
    const { fault, released } = await interrupted({});
    expect(released).toEqual([ID]);
    expect(fault).toMatchObject({ kind: "interrupted", message: `Stopped: grant ${ID} is given back.` });
  });

  test("goes on waiting with --keep", async () => {
    const { fault, released } = await interrupted({ keep: true });
    expect(released).toEqual([]);
    expect(fault).toMatchObject({ kind: "interrupted", message: expect.stringContaining("goes on waiting") });
  });

  test("that could not be cancelled says how to", async () => {
    const { fault } = await interrupted({}, { lost: true });
    expect(fault).toMatchObject({
      ...{ kind: "interrupted", message: expect.stringContaining(`latchkey release ${ID}`) },
      cause: expect.any(Error),
    });
  });

  test("before there is a grant has nothing to give back", async () => {
    const { fault, released } = await interrupted({}, { asked: false });
    expect([released, fault]).toEqual([[], expect.objectContaining({ message: "Stopped by SIGINT." })]);
  });

  test("just when it became active is given back too", async () => {
    const stopping = new AbortController();
    const released: string[] = [];
    const release = async (id: string) => {
      released.push(id);
      return grantOf({ status: "REVOKING" });
    };
    const begin = async ({ onAsked }: { onAsked(grant: ReturnType<typeof grantOf>): void }) => {
      const grant = grantOf();
      onAsked(grant);
      stopping.abort(stop());
      return grant;
    };
    const deps = { broker: { release }, stopped: stopping.signal, say: () => undefined };
    await expect(waitOut(deps, begin, { wait: true })).rejects.toMatchObject({ kind: "interrupted" });
    expect(released).toEqual([ID]);
  });
});
