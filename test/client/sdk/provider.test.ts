import { describe, expect, test, vi } from "vitest";
import { PendingError } from "../../../client/errors.ts";
import { providerWith } from "../../../client/sdk/provider.ts";
import { fakeBroker, type World } from "./fake-broker.ts";

const body = { resource: "claims", access: "read", windowSeconds: 900, purpose: "test" };
const world = (over: Partial<World> = {}): World => ({ decides: "allow", looks: 1, faults: [], ...over });

describe("fromLatchkey", () => {
  test("asks nothing before it is needed, and once for all that need it at the same time", async () => {
    const { deps, counts, asks } = fakeBroker(world());
    const provider = providerWith(deps, body, {});
    expect(asks).toEqual([]);
    const keys = await Promise.all(Array.from({ length: 16 }, () => provider()));
    expect(new Set(keys.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
    expect(counts).toMatchObject({ asked: 1, collected: 1 });
  });

  test("says until when its keys are good: the earlier of the session's and the window's end", async () => {
    const { deps, rows } = fakeBroker(world());
    const { expiration } = await providerWith(deps, body, {})();
    expect(expiration?.getTime()).toBe((rows[0]?.startsAt ?? 0) + 900_000);
  });

  test("asks anew when the window is nearly over, and not before", async () => {
    const { deps, rows, later } = fakeBroker(world());
    const provider = providerWith(deps, body, {});
    await provider();
    later(860);
    await provider();
    expect(rows.length).toBe(1);
    later(15);
    await Promise.all([provider(), provider(), provider()]);
    expect(rows.length).toBe(2);
    await provider.release();
    expect(rows.map(({ status }) => status)).toEqual(["REVOKED", "REVOKED"]);
  });

  test("lets the window's end be the end where that is wished", async () => {
    const { deps, rows, later } = fakeBroker(world());
    const provider = providerWith(deps, body, { renew: false });
    await provider();
    later(900);
    await expect(provider()).rejects.toMatchObject({ kind: "over", grant: { status: "ENDED" } });
    expect(rows.length).toBe(1);
  });

  test("does not ask again for what somebody ended, as long as its window would have lasted", async () => {
    const { deps, rows, end, later } = fakeBroker(world({ sessionSeconds: 300 }));
    const provider = providerWith(deps, body, {});
    await provider();
    end(rows[0]?.id ?? "");
    later(301);
    await expect(provider()).rejects.toMatchObject({ kind: "over" });
    later(31);
    await expect(provider()).rejects.toMatchObject({ kind: "over" });
    expect(rows.length).toBe(1);
  });

  test("remembers a no for half a minute: a loop of requests is no loop of asks", async () => {
    const { deps, asks, later } = fakeBroker(world({ decides: "deny" }));
    const provider = providerWith(deps, body, {});
    for (let request = 0; request < 5; request++)
      await expect(provider()).rejects.toMatchObject({ kind: "denied" });
    expect(asks.length).toBe(1);
    later(31);
    await expect(provider()).rejects.toMatchObject({ kind: "denied" });
    expect(asks.length).toBe(2);
  });

  test("leaves an ask open that nobody has answered yet, goes on waiting for it, and withdraws it at the end", async () => {
    const { deps, rows } = fakeBroker(world({ decides: "approve", looks: 6 }));
    const provider = providerWith(deps, body, { timeoutSeconds: 30 });
    await expect(provider()).rejects.toBeInstanceOf(PendingError);
    expect(rows.map(({ status }) => status)).toEqual(["PENDING"]);
    while (!(await provider().catch(() => undefined)));
    expect(rows.map(({ status }) => status)).toEqual(["ACTIVE"]);
    await provider.release();

    const never = fakeBroker(world({ decides: "never" }));
    const unanswered = providerWith(never.deps, body, { timeoutSeconds: 30 });
    await expect(unanswered()).rejects.toBeInstanceOf(PendingError);
    await unanswered[Symbol.asyncDispose]();
    expect(never.rows.map(({ status }) => status)).toEqual(["CANCELLED"]);
  });

  test("gives back when its signal is aborted, and is over then", async () => {
    const { deps, live } = fakeBroker(world());
    const stop = new AbortController();
    const provider = providerWith(deps, body, { signal: stop.signal });
    await provider();
    stop.abort(new Error("enough"));
    await provider.release();
    expect(live()).toEqual([]);
    await expect(provider()).rejects.toThrow("enough");
  });

  test("whose abort cannot give back, and whose own handler throws, ends no process", async () => {
    const { deps, warnings } = fakeBroker(world());
    const broker = { ...deps.broker, release: () => Promise.reject(new Error("down")) };
    const stop = new AbortController();
    const onReleaseFailed = (): never => {
      throw new Error("handler");
    };
    const provider = providerWith({ ...deps, broker }, body, { signal: stop.signal, onReleaseFailed });
    await provider();
    stop.abort(new Error("enough"));
    await vi.waitFor(() => expect(warnings).toEqual(["What could not be given back: handler"]));
  });

  test("uses what it has while the broker cannot be reached", async () => {
    const { deps, later } = fakeBroker(world({ sessionSeconds: 600, looks: 0 }));
    const down = { ...deps.broker, credentials: deps.broker.credentials };
    const provider = providerWith({ ...deps, broker: down }, { ...body, windowSeconds: 3600 }, {});
    const first = await provider();
    later(400);
    down.credentials = () => Promise.reject(new Error("down"));
    expect(await provider()).toEqual(first);
  });
});
