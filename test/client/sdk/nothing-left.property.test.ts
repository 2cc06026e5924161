import fc from "fast-check";
import { expect, test } from "vitest";
import { accessWith } from "../../../client/sdk/access.ts";
import { providerWith } from "../../../client/sdk/provider.ts";
import { type Fault, fakeBroker, type World } from "./fake-broker.ts";

const body = { resource: "claims", access: "read", windowSeconds: 900, purpose: "test" };
const faults = fc.array(fc.constantFrom<Fault>("none", "none", "lost_before", "lost_after", "internal"), {
  maxLength: 20,
});
const world = fc.record({
  decides: fc.constantFrom<World["decides"]>("allow", "approve", "reject", "never", "deny", "smaller"),
  looks: fc.integer({ min: 0, max: 3 }),
  faults,
});
const abortAt = fc.option(
  fc.record({ call: fc.integer({ min: 0, max: 12 }), moment: fc.constantFrom("arrives", "answered") }),
  { nil: undefined },
);
const use = fc.constantFrom("returns", "throws", "throws at once", "collects", "aborts", "hangs");
const schedule = fc.record({ world, abortAt, use, takeAlternative: fc.boolean() });

/** Repeats of an ask have its key; a key has one ask, and makes one grant at most. */
function expectOneKeyAnAsk({ asks, rows }: ReturnType<typeof fakeBroker>): void {
  const bodies = new Map(asks.map(({ key, body }) => [key, body]));
  for (const { key, body } of asks) expect(body).toBe(bodies.get(key));
  expect(asks.every(({ key }) => key !== "")).toBe(true);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  expect(new Set(bodies.values()).size).toBe(bodies.size);
}

test("I-38 withAccess leaves no grant behind and repeats an ask under one key, whatever the callback, the abort and the faults", async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async ({ world, abortAt, use, takeAlternative }) => {
      const stop = new AbortController();
      const broker = fakeBroker({
        ...world,
        onCall: (call, moment) => {
          if (call === abortAt?.call && moment === abortAt.moment) stop.abort();
        },
      });
      const callbacks: Record<string, Parameters<typeof accessWith<unknown>>[1]> = {
        returns: async () => "done",
        throws: () => Promise.reject(new Error("mine")),
        "throws at once": () => {
          throw new Error("mine");
        },
        collects: (credentials) => credentials(),
        aborts: async () => stop.abort(),
        hangs: () => {
          setTimeout(() => stop.abort(), 0);
          return new Promise(() => undefined);
        },
      };
      const ended = await accessWith(() => [broker.deps, body], callbacks[use] ?? (() => undefined), {
        ...{ signal: stop.signal, timeoutSeconds: 120, takeAlternative },
      }).then(
        () => "resolved",
        () => "rejected",
      );
      expect(broker.live()).toEqual([]);
      expectOneKeyAnAsk(broker);
      if (use.startsWith("throws")) expect(ended).toBe("rejected");
      expect(broker.warnings).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("a provider that is released leaves no grant behind, whenever that is and however many waited for it", async () => {
  const steps = fc.array(fc.constantFrom("ask", "ask", "wait", "window over", "release"), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(world, steps, abortAt, async (world, steps, releaseAt) => {
      const calls: Promise<unknown>[] = [];
      const broker = fakeBroker({
        ...world,
        onCall: (call, moment) => {
          if (call === releaseAt?.call && moment === releaseAt.moment) calls.push(provider.release());
        },
      });
      const provider = providerWith(broker.deps, body, { timeoutSeconds: 60 });
      for (const step of steps) {
        if (step === "ask") calls.push(provider());
        if (step === "wait") await new Promise((done) => setImmediate(done));
        if (step === "window over") {
          // A call that takes a window long is given up: what it made, nobody knows.
          await Promise.allSettled(calls);
          broker.later(body.windowSeconds);
        }
        if (step === "release") calls.push(provider.release());
        for (const call of calls) call.catch(() => undefined);
      }
      await provider.release();
      await Promise.allSettled(calls);
      expect(broker.live()).toEqual([]);
      await expect(provider()).rejects.toThrow();
      expect(broker.live()).toEqual([]);
      const keys = new Set(broker.rows.map(({ key }) => key));
      expect(keys.size).toBe(broker.rows.length);
    }),
    { numRuns: 200 },
  );
});
