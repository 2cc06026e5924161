import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { called, connected, fakeWorld, ids, KEYS } from "./world.ts";

describe("run_with_access", () => {
  test("asks for its profile, runs with the grant's keys and region, and gives back what it asked for", async () => {
    const { deps, world } = fakeWorld();
    const { client, close } = await connected(deps);
    const ran = await called(client, "run_with_access", { command: "whoami" });
    expect(ran.data).toMatchObject({
      outcome: "ran",
      exitCode: 0,
      released: true,
      stdout: "ASIAEXAMPLEKEYID0001 eu-west-1\n",
    });
    expect(world.calls.at(-1)).toBe(`release ${ids[0]}`);
    await close();
    expect(world.calls.filter((call) => call.startsWith("release"))).toHaveLength(1);
  });

  test("uses what was asked for before, and leaves it", async () => {
    const { deps, world } = fakeWorld();
    const { client, close } = await connected(deps);
    await called(client, "request_access", { profile: "support", scope: { prefix: "2026/01/" } });
    const ran = await called(client, "run_with_access", { command: "whoami" });
    expect(ran.data).toMatchObject({ outcome: "ran", released: false, access: { grantId: ids[0] } });
    expect(ran.text).toContain(`release_access {"grantId":"${ids[0]}"}`);
    expect(world.calls.filter((call) => call.startsWith("ask"))).toHaveLength(1);
    await close();
    expect(world.grants.get(ids[0])?.status).toBe("REVOKING");
  });

  test("keeps what it asks for when told to", async () => {
    const { deps, world } = fakeWorld();
    const { client, close } = await connected(deps);
    await called(client, "run_with_access", { command: "whoami", keep: true });
    expect(world.grants.get(ids[0])?.status).toBe("ACTIVE");
    await called(client, "run_with_access", { command: "whoami" });
    expect(world.calls.filter((call) => call.startsWith("ask"))).toHaveLength(1);
    await close();
    expect(world.grants.get(ids[0])?.status).toBe("REVOKING");
  });

  test("of two runs on one grant the last one gives it back", async () => {
    const { deps, world } = fakeWorld();
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let runs = 0;
    deps.run = async () => {
      runs += 1;
      if (runs === 1) await held;
      return { exitCode: 0, stdout: `run ${runs}\n`, stderr: "", leftOut: 0, withheld: 0 };
    };
    const { client, close } = await connected(deps);
    const first = called(client, "run_with_access", { command: "whoami" });
    await expect.poll(() => runs).toBe(1);
    const second = await called(client, "run_with_access", { command: "whoami" });
    expect(second.data).toMatchObject({ released: false });
    finish();
    expect((await first).data).toMatchObject({ released: true });
    expect(world.calls.filter((call) => call.startsWith("ask"))).toHaveLength(1);
    await close();
  });

  test("answers pending where people are asked, goes on when called again, and then gives back", async () => {
    const { deps, world } = fakeWorld();
    const { client, close } = await connected(deps);
    const pending = await called(client, "run_with_access", { command: "manual", waitSeconds: 0 });
    expect(pending).toMatchObject({ isError: false, data: { outcome: "pending" } });
    const again = /Once it is active: run_with_access (\{.*\})/.exec(pending.text)?.[1] ?? "{}";
    expect(world.grants.get(ids[0])?.status).toBe("PENDING");
    world.change(ids[0], { status: "APPROVED" });
    const ran = await called(client, "run_with_access", JSON.parse(again));
    expect(ran.data).toMatchObject({ outcome: "ran", released: true, stdout: "ran\n" });
    await close();
  });

  test("runs nothing with a grant that is none of its profiles', or that is over", async () => {
    const { deps } = fakeWorld();
    const { client, close } = await connected(deps);
    await called(client, "request_access", { profile: "claims", waitSeconds: 0 });
    const others = await called(client, "run_with_access", { command: "whoami", grantId: ids[0] });
    expect(others).toMatchObject({ isError: true, data: {} });
    expect(others.text).toContain(`may not be run with grant ${ids[0]}`);
    await called(client, "request_access", {
      resource: "support",
      access: "read",
      window: "5m",
      purpose: "all of it",
    });
    const wider = await called(client, "run_with_access", { command: "whoami", grantId: ids[1] });
    expect(wider.text).toContain("may not be run with grant");
    await called(client, "request_access", { profile: "support" });
    await called(client, "release_access", { grantId: ids[2] });
    const over = await called(client, "run_with_access", { command: "whoami", grantId: ids[2] });
    expect(over).toMatchObject({ isError: true, data: { outcome: "over" } });
    await close();
  });

  test("passes words on as they are, to commands that take any, and through no shell", async () => {
    const { deps } = fakeWorld();
    const { client, close } = await connected(deps);
    const words = ["a b", "$(touch x)", "`id`", "; rm -rf /", "*", "'"];
    const ran = await called(client, "run_with_access", {
      command: "echo",
      profile: "support",
      arguments: words,
    });
    expect(ran.data.stdout).toBe(`${words.join("\n")}\n`);
    for (const [given, said] of [
      [{ command: "echo", profile: "support", arguments: ["--profile", "own"] }, /no options/],
      [{ command: "echo", profile: "support", arguments: ["-rf"] }, /no options/],
      [{ command: "echo", profile: "support", arguments: ["a\u0000b"] }, /does not show/],
      [{ command: "whoami", arguments: ["x"] }, /no arguments/],
      [{ command: "echo", arguments: ["x"] }, /with which profile/],
      [{ command: "echo", profile: "never", arguments: ["x"] }, /with which profile/],
    ] as const) {
      const refused = await called(client, "run_with_access", given);
      expect.soft(refused.isError, JSON.stringify(given)).toBe(true);
      expect.soft(refused.text).toMatch(said);
    }
    await close();
  });

  test("I-09 keeps back also what an earlier run was given and left behind", async () => {
    const { deps } = fakeWorld();
    const folder = mkdtempSync(join(tmpdir(), "latchkey-left-"));
    const sh = (script: string) => ({
      ...{ description: "x", run: ["/bin/sh", "-c", script], arguments: false, options: false },
      profiles: ["support"],
    });
    const commands = { leave: sh('echo "$AWS_SECRET_ACCESS_KEY" > left'), look: sh("cat left") };
    deps.file = { folder, content: { ...deps.file?.content, commands } as never };
    const { client, close } = await connected(deps);
    await called(client, "run_with_access", { command: "leave" });
    const left = readFileSync(join(folder, "left"), "utf8").trim();
    deps.broker.credentials = async () => ({
      ...KEYS,
      SecretAccessKey: "another/secret+another/secret+another/se",
      SessionToken: "another-token".repeat(9),
    });
    const { text, data } = await called(client, "run_with_access", { command: "look" });
    expect(left).toBe(KEYS.SecretAccessKey);
    expect(data).toMatchObject({ stdout: "[secret withheld]\n", withheld: 1 });
    expect(text).not.toContain(left.slice(0, 12));
    await close();
    rmSync(folder, { recursive: true });
  });

  test("tells a failing command's exit code and what it said", async () => {
    const { deps } = fakeWorld();
    const { client, close } = await connected(deps);
    const ran = await called(client, "run_with_access", { command: "wrong" });
    expect(ran).toMatchObject({
      isError: true,
      data: { exitCode: 3, stderr: "no such bucket\n", released: true },
    });
    await close();
  });

  test("stops what takes too long, and gives back", async () => {
    const { deps } = fakeWorld();
    const { client, close } = await connected(deps);
    const ran = await called(client, "run_with_access", { command: "slow", timeoutSeconds: 1 });
    expect(ran).toMatchObject({
      isError: true,
      data: { stoppedFor: "timeout", stdout: "begun\n", released: true },
    });
    await close();
  });
});
