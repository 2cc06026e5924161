import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { collect } from "../../../client/access/collect.ts";
import { obtain } from "../../../client/access/obtain.ts";
import { DeniedError, LatchkeyError, NoAccessError } from "../../../client/errors.ts";
import type { AskBody } from "../../../functions/core/api/schemas.ts";
import { claims, fakeBroker, passing, pause } from "../virtual-broker.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-21T09:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

const opened = (...given: Parameters<typeof fakeBroker>) => {
  const fake = fakeBroker(...given);
  return { ...fake, deps: { broker: fake.broker, now: Date.now, pause } };
};
const stopped = new LatchkeyError("interrupted", "Stopped by SIGINT.");

describe("obtaining access", () => {
  test("asks, waits for the machine, and gives the grant when it is ACTIVE", async () => {
    const { deps, world } = opened();
    const grant = await passing(obtain(deps, claims));
    expect(grant.status).toBe("ACTIVE");
    expect(world.calls).toEqual(["ask", "grant a"]);
  });

  test("waits for people as often as the broker says, tells of each change, and ends with their yes", async () => {
    const { deps, world, last, activate } = opened({ outcome: "needs_approval" });
    const seen: string[] = [];
    const onChange = ({
      status,
      decision,
    }: {
      status: string;
      decision: { plan: { approved: unknown[] }[] };
    }) => void seen.push(`${status} ${decision.plan[0]?.approved.length}`);
    const waiting = obtain(deps, claims, { onChange });
    await vi.advanceTimersByTimeAsync(20_000);
    last().decision.plan[0]?.approved.push({ person: "samira", at: "2026-11-21T09:00:20Z" });
    await vi.advanceTimersByTimeAsync(20_000);
    activate(last());
    expect((await passing(waiting)).status).toBe("ACTIVE");
    expect(seen).toEqual(["PENDING 0", "PENDING 1", "ACTIVE 1"]);
    expect(world.calls).toEqual(["ask", "grant a", "grant a", "grant a"]);
  });

  test("says whom it still waits for when the time is up, and leaves the ask as it is", async () => {
    const { deps, last } = opened({ outcome: "needs_approval" });
    const fault = await passing(obtain(deps, claims, { timeoutSeconds: 40 }).catch((error) => error));
    expect(fault).toBeInstanceOf(NoAccessError);
    expect(fault).toMatchObject({ kind: "pending", message: expect.stringContaining("2 of privacy") });
    expect(last().status).toBe("PENDING");
  });

  test.each([0, -5, 1e9])("asks after people no busier and no later when told %d seconds", async (told) => {
    const { deps, world, last } = opened({ outcome: "needs_approval" });
    const waiting = obtain(deps, claims, { timeoutSeconds: 7_300 }).catch((error) => error);
    await vi.advanceTimersByTimeAsync(100);
    last().retryAfterSeconds = told;
    expect(await passing(waiting, 1_000)).toMatchObject({ kind: "pending" });
    expect(world.calls.length).toBeGreaterThan(2);
    expect(world.calls.length).toBeLessThan(7_300);
  });

  test("says who said no, and why", async () => {
    const { deps, last, close } = opened({ outcome: "needs_approval" });
    const waiting = obtain(deps, claims).catch((error) => error);
    await vi.advanceTimersByTimeAsync(1_000);
    Object.assign(last().decision.plan[0] ?? {}, {
      rejected: { person: "tomas", at: "2026-11-21T09:00:01Z", comment: "too much" },
    });
    close(last(), "REJECTED", { code: "rejected", by: "tomas" });
    expect(await passing(waiting)).toMatchObject({
      name: "RejectedError",
      message: expect.stringMatching(/^tomas said no to grant .*“too much”/),
    });
  });

  test("is told of a grant whose ask was under way when somebody stopped it, so that it can be given back", async () => {
    const { deps } = opened();
    const stopping = new AbortController();
    const asked: string[] = [];
    const waiting = obtain(deps, claims, {
      signal: stopping.signal,
      onAsked: ({ id }) => void asked.push(id),
    }).catch((error) => error);
    stopping.abort(stopped);
    expect(await passing(waiting)).toBe(stopped);
    expect(asked).toHaveLength(1);
  });

  test("gives an ask that is never answered five seconds when somebody stops it", async () => {
    const { deps } = opened();
    const stopping = new AbortController();
    const hangs = (_: AskBody, { signal }: { signal?: AbortSignal } = {}) =>
      new Promise<never>((_done, fail) => signal?.addEventListener("abort", () => fail(signal.reason)));
    const waiting = obtain({ ...deps, broker: { ...deps.broker, ask: hangs } }, claims, {
      signal: stopping.signal,
    }).catch((error) => error);
    await vi.advanceTimersByTimeAsync(60_000);
    const from = Date.now();
    stopping.abort(stopped);
    expect(await passing(waiting)).toBe(stopped);
    expect(Date.now() - from).toBeLessThanOrEqual(5_100);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("takes the smaller ask that would pass when it is told to, once", async () => {
    const { deps, broker } = opened();
    const asks: AskBody[] = [];
    const denied = new DeniedError("no", {
      alternatives: [{ change: { windowSeconds: 600 }, outcome: "allow" }],
    });
    const ask = async (body: AskBody) => {
      asks.push(body);
      if (asks.length === 1) throw denied;
      return broker.ask(body);
    };
    const once = { ...deps, broker: { ...broker, ask } };
    expect((await passing(obtain(once, claims, { takeAlternative: true }))).window.seconds).toBe(600);
    expect(asks.map(({ windowSeconds }) => windowSeconds)).toEqual([1_800, 600]);
    asks.length = 0;
    await expect(passing(obtain(once, claims))).rejects.toBe(denied);
  });
});

describe("collecting", () => {
  test("says who ended a grant, and why, where the broker says only that it is over", async () => {
    const { deps, last, close } = opened();
    const { id } = await passing(obtain(deps, claims));
    close(last(), "REVOKED", { code: "revoked", detail: "odd reads", by: "noor" });
    await expect(passing(collect(deps, id))).rejects.toMatchObject({
      kind: "over",
      message: `Grant ${id} is REVOKED: somebody revoked it (“odd reads”). Ask for a new one.`,
    });
  });

  test("does not wait for people: it says that they have not answered", async () => {
    const { deps, last } = opened({ outcome: "needs_approval" });
    await passing(obtain(deps, claims, { timeoutSeconds: 1 }).catch(() => undefined));
    await expect(passing(collect(deps, last().id))).rejects.toMatchObject({ kind: "pending" });
  });
});
