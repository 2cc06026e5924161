import { expect, test } from "vitest";
import { LatchkeyError } from "../../../client/errors.ts";
import { called, connected, fakeWorld, ids } from "./world.ts";

const released = (calls: readonly string[]): string[] => calls.filter((call) => call.startsWith("release"));

test("when the client goes, what it asked for is given back, active or waiting", async () => {
  const { deps, world } = fakeWorld();
  const { client, close } = await connected(deps);
  await called(client, "request_access", { profile: "support" });
  await called(client, "request_access", { profile: "claims", waitSeconds: 0 });
  await close();
  expect([ids[0], ids[1]].map((id) => world.grants.get(id)?.status)).toEqual(["REVOKING", "CANCELLED"]);
});

test("--keep leaves it", async () => {
  const { deps, world } = fakeWorld();
  const { client, close } = await connected(deps, { keep: true });
  await called(client, "request_access", { profile: "support" });
  await close();
  expect(world.grants.get(ids[0])?.status).toBe("ACTIVE");
});

test("when the process is stopped, what was asked for is given back", async () => {
  const { deps, world } = fakeWorld();
  const { client, stop, over } = await connected(deps);
  await called(client, "request_access", { profile: "support" });
  stop.abort();
  await over;
  expect(world.grants.get(ids[0])?.status).toBe("REVOKING");
});

test("an ask that is under way when the client goes is given back too", async () => {
  const { deps, world } = fakeWorld();
  let answer: () => void = () => undefined;
  world.beforeAsk = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { client, over } = await connected(deps);
  const asked = called(client, "request_access", { profile: "support" }).catch(() => "cut off");
  await expect.poll(() => world.calls).toContain("ask support 900");
  await client.close();
  expect(world.grants.size).toBe(0);
  answer();
  expect(await asked).toBe("cut off");
  await over;
  expect(released(world.calls)).toEqual([`release ${ids[0]}`]);
});

test("an ask whose answer is lost is asked for under its key, and given back when the client goes", async () => {
  const { deps, world } = fakeWorld();
  const lost = Object.assign(new LatchkeyError("unavailable", "No answer."), { unheard: true });
  const keys: unknown[] = [];
  const ask: typeof deps.broker.ask = async (body, once) => {
    keys.push(once?.idempotencyKey);
    // The grant of the second is the first's: the broker knows the key.
    if (keys.length === 1) throw lost;
    return deps.broker.ask(body, once);
  };
  const { client, close } = await connected({ ...deps, broker: { ...deps.broker, ask } });
  await called(client, "request_access", { profile: "support" });
  await close();
  expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), keys[0]]);
  expect(released(world.calls)).toEqual([`release ${ids[0]}`]);
});

test("a waiting request that is cancelled takes the ask back, at once and once", async () => {
  const { deps, world } = fakeWorld();
  world.hold = true;
  const { client, close } = await connected(deps);
  const cancel = new AbortController();
  const asked = called(client, "request_access", { profile: "claims" }, { signal: cancel.signal });
  const ended = expect(asked).rejects.toThrow();
  await expect.poll(() => world.grants.get(ids[0])?.status).toBe("PENDING");
  cancel.abort();
  await ended;
  await expect.poll(() => world.grants.get(ids[0])?.status).toBe("CANCELLED");
  await close();
  expect(released(world.calls)).toHaveLength(1);
});

test("a look that is cancelled takes nothing back", async () => {
  const { deps, world } = fakeWorld();
  const { client, close } = await connected(deps, { keep: true });
  await called(client, "request_access", { profile: "claims", waitSeconds: 0 });
  world.hold = true;
  const cancel = new AbortController();
  const look = called(
    client,
    "access_status",
    { grantId: ids[0], waitSeconds: 600 },
    { signal: cancel.signal },
  );
  const ended = expect(look).rejects.toThrow();
  await expect.poll(() => world.calls.at(-1)).toBe(`grant ${ids[0]}`);
  cancel.abort();
  await ended;
  await close();
  expect(world.grants.get(ids[0])?.status).toBe("PENDING");
});

test("a run that is cancelled ends its program and gives back what it asked for, kept or not", async () => {
  const { deps, world } = fakeWorld();
  const seen: AbortSignal[] = [];
  const run = deps.run;
  deps.run = (job) => {
    seen.push(job.signal);
    return run(job);
  };
  const { client, close } = await connected(deps);
  const cancel = new AbortController();
  const asked = called(client, "run_with_access", { command: "slow", keep: true }, { signal: cancel.signal });
  const ended = expect(asked).rejects.toThrow();
  await expect.poll(() => seen.length).toBe(1);
  cancel.abort();
  await ended;
  await expect.poll(() => world.grants.get(ids[0])?.status).toBe("REVOKING");
  expect(seen[0]?.aborted).toBe(true);
  await close();
});

test("what cannot be given back is told to people, with what ends it", async () => {
  const { deps, world } = fakeWorld();
  const { client, close } = await connected(deps);
  await called(client, "request_access", { profile: "support" });
  deps.broker.release = () => Promise.reject(new Error("offline"));
  await close();
  expect(world.said).toEqual([
    expect.stringMatching(
      `^Grant ${ids[0]} could not be given back. Its window ends it at 2026-.*latchkey release ${ids[0]}$`,
    ),
  ]);
});

test("the same asked several times at once is asked once, and of those that wait one can be cut off", async () => {
  const { deps, world } = fakeWorld();
  world.hold = true;
  const { client, close } = await connected(deps, { keep: true });
  const cancel = new AbortController();
  const ask = (signal?: AbortSignal) =>
    called(client, "request_access", { profile: "claims" }, signal ? { signal } : {}).catch(() => "cut off");
  const asked = [ask(cancel.signal), ask(), ask()];
  await expect.poll(() => world.grants.size).toBe(1);
  cancel.abort();
  expect(await asked[0]).toBe("cut off");
  // What crosses the wire after the cancelling is answered after it.
  await called(client, "list_access");
  expect(world.calls).toEqual(["ask claims 900"]);
  expect(world.grants.get(ids[0])?.status).toBe("PENDING");
  await close();
});

test("when all that wait for the same ask are cut off, it is taken back once", async () => {
  const { deps, world } = fakeWorld();
  world.hold = true;
  const { client, close } = await connected(deps, { keep: true });
  const cancel = new AbortController();
  const given = { profile: "claims" };
  const asked = [1, 2].map(() =>
    called(client, "request_access", given, { signal: cancel.signal }).catch(() => "cut off"),
  );
  await expect.poll(() => world.grants.size).toBe(1);
  cancel.abort();
  expect(await Promise.all(asked)).toEqual(["cut off", "cut off"]);
  await expect.poll(() => world.grants.get(ids[0])?.status).toBe("CANCELLED");
  expect(released(world.calls)).toEqual([`release ${ids[0]}`]);
  await close();
});

test("what is being given back just now is not found again", async () => {
  const { deps } = fakeWorld();
  const { client, close } = await connected(deps, { keep: true });
  await called(client, "request_access", { profile: "support" });
  let goOn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const release = deps.broker.release;
  deps.broker.release = async (id) => {
    await held;
    return release(id);
  };
  const back = called(client, "release_access", { grantId: ids[0] });
  const again = await called(client, "request_access", { profile: "support" });
  expect(again.data).toMatchObject({ grantId: ids[1] });
  goOn();
  await back;
  await close();
});

test("a session holds so many grants and no more; those that are over do not count", async () => {
  const { deps, world } = fakeWorld();
  let made = 0;
  const ask = deps.broker.ask;
  deps.broker.ask = async (body) => {
    made += 1;
    const grant = { ...(await ask(body)), id: `aaaaaaaaaaaaaa${"abcdefghijklmnopqrstuvwxyz"[made]}a` };
    world.grants.set(grant.id, grant);
    return grant;
  };
  const { client, close } = await connected(deps, { keep: true });
  const request = (seconds: number) =>
    called(client, "request_access", { profile: "claims", windowSeconds: 100 + seconds, waitSeconds: 0 });
  for (let many = 0; many < 20; many += 1) expect((await request(many)).isError).toBe(false);
  const full = await request(20);
  expect(full).toMatchObject({
    isError: true,
    text: expect.stringContaining("holds 20 grants: give some back"),
  });
  expect(made).toBe(20);
  for (const id of world.grants.keys()) world.change(id, { status: "EXPIRED" });
  expect((await request(21)).isError).toBe(false);
  await close();
});
