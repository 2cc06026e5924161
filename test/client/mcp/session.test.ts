import { expect, test } from "vitest";
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
