import { describe, expect, test } from "vitest";
import { DeniedError, OverError, PendingError, RejectedError } from "../../../client/errors.ts";
import { accessWith } from "../../../client/sdk/access.ts";
import { bodyOf } from "../../../client/sdk/body.ts";
import { withAccess } from "../../../client/sdk/with-access.ts";
import { fakeBroker } from "./fake-broker.ts";

const body = { resource: "claims", access: "read", windowSeconds: 900, purpose: "test" };
const allowed = { decides: "allow", looks: 1, faults: [] } as const;

describe("withAccess", () => {
  test("gives the callback a grant that is active, and what it returns is the result", async () => {
    const { deps, live, counts } = fakeBroker(allowed);
    const result = await accessWith(
      () => [deps, body],
      async (credentials, grant) => [grant.status, (await credentials()).accessKeyId],
      {},
    );
    expect(result).toEqual(["ACTIVE", expect.stringMatching(/^key-/)]);
    expect(live()).toEqual([]);
    expect(counts).toMatchObject({ asked: 1, collected: 1, released: 1 });
  });

  test("asks nothing when it is aborted already", async () => {
    const { deps, asks } = fakeBroker(allowed);
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(
      accessWith(
        () => [deps, body],
        () => 1,
        { signal },
      ),
    ).rejects.toThrow("too late");
    expect(asks).toEqual([]);
  });

  test("tells one end from another by class, each with what a program can act on", async () => {
    const outcome = (decides: "deny" | "reject" | "never" | "smaller") =>
      accessWith(
        () => [fakeBroker({ ...allowed, decides }).deps, body],
        () => "done",
        { timeoutSeconds: 60 },
      ).catch((error) => error);
    expect(await outcome("deny")).toBeInstanceOf(DeniedError);
    expect(await outcome("smaller")).toMatchObject({ alternatives: [{ change: { windowSeconds: 60 } }] });
    const rejected = await outcome("reject");
    expect(rejected).toBeInstanceOf(RejectedError);
    expect(rejected).toMatchObject({ kind: "rejected", grant: { status: "REJECTED" } });
    expect(await outcome("never")).toBeInstanceOf(PendingError);
  });

  test("withdraws what nobody answered, so that no approval comes after the program has gone", async () => {
    const { deps, rows } = fakeBroker({ ...allowed, decides: "never" });
    await expect(
      accessWith(
        () => [deps, body],
        () => 1,
        { timeoutSeconds: 60 },
      ),
    ).rejects.toThrow();
    expect(rows.map(({ status }) => status)).toEqual(["CANCELLED"]);
  });

  test.each([4, 7])("gives back what it asked for when %i answers in a row are lost", async (lost) => {
    const faults = Array.from({ length: lost }, () => "lost_after" as const);
    const { deps, rows, live, warnings } = fakeBroker({ ...allowed, faults });
    await expect(
      accessWith(
        () => [deps, body],
        () => 1,
        {},
      ),
    ).rejects.toMatchObject({ kind: "unavailable" });
    expect([rows.length, live(), warnings]).toEqual([1, [], []]);
  });

  test("takes what policy offers instead, once and only where that is wished", async () => {
    const { deps, rows, asks } = fakeBroker({ ...allowed, decides: "smaller" });
    await accessWith(
      () => [deps, body],
      () => 1,
      { takeAlternative: true },
    );
    expect(rows.map((row) => row.body.windowSeconds)).toEqual([60]);
    expect(new Set(asks.map(({ key }) => key)).size).toBe(2);
  });

  test("gives no credentials after it has given back, not even those it had", async () => {
    const { deps } = fakeBroker(allowed);
    const kept = await accessWith(
      () => [deps, body],
      async (credentials) => {
        await credentials();
        return { credentials };
      },
      {},
    );
    await expect(kept.credentials()).rejects.toBeInstanceOf(OverError);
  });

  test("collects the next session of a long window before the one ends, and no more often than needed", async () => {
    const { deps, later, counts } = fakeBroker({ ...allowed, sessionSeconds: 3600 });
    await accessWith(
      () => [deps, { ...body, windowSeconds: 7000 }],
      async (credentials) => {
        const first = await credentials();
        await credentials();
        expect(counts.collected).toBe(1);
        later(3600 - 200);
        const second = await credentials();
        expect(second.accessKeyId).not.toBe(first.accessKeyId);
        expect(second.expiration?.getTime()).toBeGreaterThan(first.expiration?.getTime() ?? 0);
        // The last session is as long as the window: nothing is had by asking again.
        later(3550);
        await credentials();
        await credentials();
      },
      {},
    );
    expect(counts.collected).toBe(2);
  });

  test("says who ended it, when credentials are wanted after somebody revoked it", async () => {
    const { deps, end, rows, later } = fakeBroker({ ...allowed, sessionSeconds: 300 });
    const failing = accessWith(
      () => [deps, body],
      async (credentials) => {
        await credentials();
        end(rows[0]?.id ?? "");
        later(301);
        return credentials();
      },
      {},
    );
    await expect(failing).rejects.toBeInstanceOf(OverError);
    await expect(failing).rejects.toMatchObject({ grant: { status: "REVOKED" } });
  });

  test("keeps its result when the grant cannot be given back, and says until when it lasts", async () => {
    const { deps, warnings } = fakeBroker(allowed);
    const broker = { ...deps.broker, release: () => Promise.reject(new Error("broker is down")) };
    const result = await accessWith(
      () => [{ ...deps, broker }, body],
      () => "done",
      {},
    );
    expect(result).toBe("done");
    expect(warnings).toEqual([
      expect.stringMatching(/could not be given back and lasts until 2026-11-21T.*broker is down/),
    ]);
  });

  test("rejects, and never throws at once, when the request is no request", async () => {
    const wrong = withAccess(
      { resource: "claims", access: "read", window: "half an hour", purpose: "x" },
      () => 1,
      {
        endpoint: "https://example.com/live",
        region: "eu-west-1",
      },
    );
    await expect(wrong).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringMatching(/"half an hour"/),
    });
    const nowhere = withAccess({ ...body, window: 60 }, () => 1, { endpoint: "http://example.com" });
    await expect(nowhere).rejects.toMatchObject({ kind: "no_endpoint" });
  });
});

test.each([
  [90, 90],
  ["90", 90],
  ["30m", 1800],
  ["1h30m", 5400],
])("a window of %s is %i seconds", (window, seconds) => {
  const { windowSeconds: _seconds, ...rest } = body;
  expect(bodyOf({ ...rest, window })).toEqual({ ...rest, windowSeconds: seconds });
});
