import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Cache, Kept } from "../../../client/credentials/cache.ts";
import { ofGrant } from "../../../client/credentials/of-grant.ts";
import { ofProfile } from "../../../client/credentials/of-profile.ts";
import { expirationOf, processOutput } from "../../../client/credentials/output.ts";
import { claims, fakeBroker, iso, passing, pause, unavailable } from "../virtual-broker.ts";

const START = Date.parse("2026-11-21T09:00:00Z");
const MINUTE = 60_000;
beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

function fakeCache(): Cache & { kept: Map<string, Kept> } {
  const kept = new Map<string, Kept>();
  return {
    kept,
    read(key) {
      const found = kept.get(key);
      if (found && Date.now() < Date.parse(found.sessionEnds)) return found;
      kept.delete(key);
      return undefined;
    },
    write: (key, entry) => void kept.set(key, entry),
    forget: (key) => void kept.delete(key),
    forgetGrant: (grant) => {
      for (const [key, entry] of kept) if (entry.grant === grant) kept.delete(key);
    },
  };
}

function opened(options: Parameters<typeof fakeBroker>[0] & { cached?: boolean } = {}) {
  const { cached = true, ...rest } = options;
  const fake = fakeBroker(rest);
  const cache = fakeCache();
  let turn: Promise<unknown> = Promise.resolve();
  const alone = <T>(_: string, work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const deps = { broker: fake.broker, now: Date.now, pause, alone, ...(cached ? { cache } : {}) };
  const profile = async (body = claims, timeoutSeconds = 50) =>
    JSON.parse(await passing(ofProfile(deps, { key: JSON.stringify(body), body }, { timeoutSeconds })));
  const grant = async (id: string) =>
    JSON.parse(await passing(ofGrant(deps, { key: id, id }, { timeoutSeconds: 50 })));
  return { ...fake, cache, deps, profile, grant };
}
const faultOf = (given: Promise<unknown>): Promise<Error & { kind: string }> =>
  given.then(
    () => expect.unreachable("was given"),
    (error) => error,
  );

describe("what credential_process prints", () => {
  const keys = { AccessKeyId: "ASIA", SecretAccessKey: "s", SessionToken: "t" };

  test("is the documented format and nothing else", () => {
    expect(processOutput(keys, "2026-11-21T10:00:00Z")).toBe(
      '{"Version":1,"AccessKeyId":"ASIA","SecretAccessKey":"s","SessionToken":"t","Expiration":"2026-11-21T10:00:00Z"}\n',
    );
    expect(processOutput(keys)).toBe(
      '{"Version":1,"AccessKeyId":"ASIA","SecretAccessKey":"s","SessionToken":"t"}\n',
    );
  });

  const minutes = (of: number): string => iso(START + of * MINUTE);
  test.each([
    ["half an hour by profile: another can be asked for", 30, 30, true, undefined, true],
    ["half an hour by grant: nothing follows", 30, 30, false, undefined, false],
    ["two hours by grant: the next session follows", 120, 60, false, undefined, true],
    ["fifteen minutes by profile: SDKs would renew at once", 15, 15, true, undefined, false],
    ["ten minutes by profile", 10, 10, true, false, false],
    [
      "the last minutes of what an SDK was told the end of: it has to be told again",
      10,
      10,
      true,
      true,
      true,
    ],
    ["the last session of a grant that rotated, to whoever was told", 10, 10, false, true, true],
    ["the last session of a grant that rotated, to who comes new", 10, 10, false, false, false],
  ])("Expiration in %s", (_, grantMinutes, sessionMinutes, again, told, printed) => {
    const ends = { endsAt: minutes(grantMinutes), sessionEnds: minutes(sessionMinutes) };
    const windowSeconds = grantMinutes * 60;
    const expiration = expirationOf({ now: START, ...ends, windowSeconds, again, told });
    expect(expiration).toBe(printed ? ends.sessionEnds : undefined);
  });
});

describe("by grant", () => {
  test("collects, keeps, and answers a repeat without asking", async () => {
    const { grant, broker, world, cache } = opened();
    const { id } = await passing(broker.ask(claims));
    const first = await grant(id);
    expect(first).toEqual({
      Version: 1,
      AccessKeyId: "ASIAa0",
      SecretAccessKey: "secret-a0",
      SessionToken: "token-a0",
    });
    world.calls.length = 0;
    expect(await grant(id)).toEqual(first);
    expect(world.calls).toEqual([]);
    expect(cache.kept.get(id)?.grant).toBe(id);
  });

  test("after a minute asks whether the kept keys still hold, and gives them while nobody answers", async () => {
    const { grant, broker, world } = opened();
    const { id } = await passing(broker.ask(claims));
    const first = await grant(id);
    vi.advanceTimersByTime(61_000);
    world.calls.length = 0;
    world.fault = unavailable();
    expect(await grant(id)).toEqual(first);
    expect(world.calls).toEqual(["credentials a"]);
  });

  test("says who ended it and why once it is over, and forgets it", async () => {
    const { grant, broker, last, close, cache } = opened();
    const { id } = await passing(broker.ask(claims));
    await grant(id);
    close(last(), "REVOKED", { code: "released", by: "support-assistant" });
    vi.advanceTimersByTime(61_000);
    const fault = await faultOf(grant(id));
    expect(fault.message).toBe(`Grant ${id} is REVOKED: it was given back. Ask for a new one.`);
    expect(cache.kept.size).toBe(0);
  });

  test("never gives a kept key past its end, even when nobody answers", async () => {
    const { grant, broker, world } = opened();
    const { id } = await passing(broker.ask(claims));
    await grant(id);
    vi.advanceTimersByTime(claims.windowSeconds * 1000);
    world.fault = unavailable();
    expect((await faultOf(grant(id))).kind).toBe("unavailable");
  });

  test("gives the next session when there is one, and its end to whoever was told of the first", async () => {
    const { grant, broker } = opened();
    const { id } = await passing(broker.ask({ ...claims, windowSeconds: 7_200 }));
    const first = await grant(id);
    expect(Date.parse(first.Expiration) - START).toBeLessThan(3_601_000);
    vi.advanceTimersByTime(46 * MINUTE);
    const second = await grant(id);
    expect(second.AccessKeyId).not.toBe(first.AccessKeyId);
    expect(Date.parse(second.Expiration)).toBeGreaterThan(Date.parse(first.Expiration));
    vi.advanceTimersByTime(45 * MINUTE);
    const third = await grant(id);
    vi.advanceTimersByTime(20 * MINUTE);
    // Nothing follows, but boto3 renews now and cannot without an end.
    expect(await grant(id)).toEqual(third);
    expect(third.Expiration).toBeDefined();
  });

  test("waits for people, and says for whom when the time is up", async () => {
    const { grant, broker } = opened({ outcome: "needs_approval" });
    const { id } = await passing(broker.ask(claims));
    const fault = await faultOf(grant(id));
    expect(fault).toMatchObject({ kind: "pending", message: expect.stringContaining("2 of privacy") });
  });
});

describe("by profile", () => {
  test("asks when there is nothing, once for eight that come at the same time", async () => {
    const { deps, world } = opened();
    const eight = Array.from({ length: 8 }, () => ofProfile(deps, { key: "p", body: claims }));
    const answers = await passing(Promise.all(eight));
    expect(new Set(answers).size).toBe(1);
    expect(world.grants).toHaveLength(1);
    expect(world.calls.filter((name) => name === "ask")).toHaveLength(1);
  });

  test("asks once also where nothing is kept and no lock can be had", async () => {
    const { deps, world } = opened({ cached: false });
    const lockless = { ...deps, alone: <T>(_: string, work: () => Promise<T>) => work() };
    await passing(
      Promise.all(Array.from({ length: 8 }, () => ofProfile(lockless, { key: "p", body: claims }))),
    );
    expect(world.grants).toHaveLength(1);
  });

  test("uses a grant of its own that is exactly this, and none that differs in anything", async () => {
    const { profile, broker, world } = opened();
    for (const other of [
      { ...claims, access: "list" },
      { ...claims, scope: { prefix: "2025/" } },
      { ...claims, windowSeconds: 900 },
      { ...claims, task: "latchkey-run" },
    ])
      await passing(broker.ask(other));
    const same = await passing(broker.ask({ ...claims, scope: { prefix: "2026/" } }));
    expect((await profile()).AccessKeyId).toBe(`ASIA${same.id.at(-1)}0`);
    expect(world.grants).toHaveLength(5);
    expect((await profile({ ...claims, purpose: "another" })).AccessKeyId).toBe("ASIAf0");
  });

  test("does not wait for a grant of its own that starts at another time", async () => {
    const { profile, broker, world, last } = opened({ outcome: "needs_approval" });
    await passing(broker.ask(claims));
    world.outcome = "allow";
    last().window.startsAt = iso(Date.now() + 24 * 60 * MINUTE);
    expect((await profile()).AccessKeyId).toBe("ASIAb0");
    expect(world.grants).toHaveLength(2);
  });

  test("of another caller's kept keys gives nothing, and asks for its own", async () => {
    const { profile, world } = opened();
    await profile();
    vi.advanceTimersByTime(61_000);
    // Who signs now has no such grant: the profile of ~/.aws that is named has another role by now.
    world.grants.splice(0);
    const { Expiration } = await profile();
    expect(world.grants.map(({ window }) => window.endsAt)).toEqual([Expiration]);
  });

  test("goes on waiting for the ask of the process before, instead of asking people twice", async () => {
    const { profile, world, last, activate } = opened({ outcome: "needs_approval" });
    expect((await faultOf(profile())).kind).toBe("pending");
    activate(last());
    expect((await profile()).AccessKeyId).toBe("ASIAa0");
    expect(world.grants).toHaveLength(1);
  });

  test("asks again after the end, and at once after it was given back", async () => {
    const { profile, world, broker, cache } = opened();
    await profile();
    vi.advanceTimersByTime(claims.windowSeconds * 1000 + 1_000);
    expect((await profile()).AccessKeyId).toBe("ASIAb0");
    await passing(broker.release(world.grants[0]?.id ?? ""));
    cache.kept.clear();
    expect((await profile()).AccessKeyId).toBe("ASIAc0");
  });

  test("does not ask people again while their no holds: as long as the window that they said no to", async () => {
    const { profile, world, last, close } = opened({ outcome: "needs_approval" });
    const waiting = faultOf(profile());
    await vi.advanceTimersByTimeAsync(1_000);
    close(last(), "REJECTED", { code: "rejected", by: "tomas" });
    expect((await waiting).kind).toBe("rejected");
    const again = await faultOf(profile());
    expect(again).toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("not asked for again before"),
    });
    expect(world.grants).toHaveLength(1);
    vi.advanceTimersByTime(claims.windowSeconds * 1000);
    expect((await faultOf(profile())).kind).toBe("pending");
    expect(world.grants).toHaveLength(2);
  });

  test("does not get round a revocation by asking again", async () => {
    const { profile, world, last, close } = opened();
    await profile();
    close(last(), "REVOKED", { code: "revoked", detail: "odd reads", by: "noor" });
    vi.advanceTimersByTime(61_000);
    const fault = await faultOf(profile());
    expect(fault).toMatchObject({ kind: "over", message: expect.stringContaining("“odd reads”") });
    expect(world.grants).toHaveLength(1);
  });

  test("is extended ahead of its end where policy alone decides, so that an SDK that renews gets a new end", async () => {
    const { profile, world } = opened();
    const first = await profile();
    expect(first.Expiration).toBe(iso(Date.parse(world.grants[0]?.window.endsAt ?? "")));
    vi.advanceTimersByTime(16 * MINUTE);
    const second = await profile();
    expect(Date.parse(second.Expiration) - Date.now()).toBeGreaterThan(15 * MINUTE);
    expect(world.grants.map(({ extends: base }) => base)).toEqual([world.grants[1]?.id, undefined]);
    vi.advanceTimersByTime(2 * MINUTE);
    expect(await profile()).toEqual(second);
    expect(world.grants).toHaveLength(2);
  });

  test("is not extended ahead where people decide: the present keys are given with the end that was told", async () => {
    const { profile, world, last, activate } = opened({ outcome: "needs_approval" });
    await faultOf(profile());
    activate(last());
    const first = await profile();
    vi.advanceTimersByTime(16 * MINUTE);
    expect(await profile()).toEqual(first);
    expect(world.grants).toHaveLength(1);
  });

  test("of a short window prints no end and is not extended", async () => {
    const { profile, world } = opened();
    const short = { ...claims, windowSeconds: 600 };
    expect((await profile(short)).Expiration).toBeUndefined();
    vi.advanceTimersByTime(9 * MINUTE);
    expect((await profile(short)).Expiration).toBeUndefined();
    expect(world.grants).toHaveLength(1);
  });
});
