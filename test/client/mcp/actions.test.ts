import { describe, expect, test } from "vitest";
import { called, connected, fakeWorld, ids, permitOf } from "./world.ts";

const asked = { type: "routine-mail", parameters: { to: 1 }, purpose: "tell one" };

describe("request_action_approval", () => {
  test("answers a routine one as approved, with the command that gets its permit, and not the permit", async () => {
    const { deps, world } = fakeWorld();
    const { client, close, crossed } = await connected(deps);
    const { data, text } = await called(client, "request_action_approval", asked);
    expect(data).toMatchObject({ outcome: "approved", grantId: ids[0], audience: "mail-gateway" });
    expect(data.permitCommand).toBe(`latchkey action permit ${ids[0]} --as support-assistant`);
    expect(text).toContain(String(data.parametersDigest));
    expect(crossed.join("")).not.toContain(permitOf(ids[0], "routine-mail"));
    await close();
    // Nobody has redeemed it: it went with the session.
    expect(world.calls).toContain(`release ${ids[0]}`);
  });

  test("says for whom it waits, is asked once however often it is called, and runs the command when people agree", async () => {
    const { deps, world } = fakeWorld();
    const { client, close } = await connected(deps);
    const mail = { ...asked, type: "send-mail", command: "hand-over", waitSeconds: 0 };
    const first = await called(client, "request_action_approval", mail);
    expect(first.data).toMatchObject({ outcome: "pending", waitsFor: "1 of privacy" });
    expect(first.text).toContain("Do not do it in another way meanwhile.");
    await called(client, "request_action_approval", { ...mail, purpose: "please" });
    world.change(ids[0], { status: "APPROVED" });
    const ran = await called(client, "request_action_approval", { ...mail, waitSeconds: 5 });
    expect(ran.data).toMatchObject({ outcome: "approved", exitCode: 0, withheld: 1 });
    expect(ran.data.stdout).toContain(`${ids[0]} {"to":1} [secret withheld] keys:.`);
    expect(world.calls.filter((call) => call.startsWith("act "))).toHaveLength(1);
    await close();
  });

  test("gives the permit back that a failed command left unused", async () => {
    const { deps, world } = fakeWorld();
    const { client, close } = await connected(deps);
    const ran = await called(client, "request_action_approval", { ...asked, command: "hand-over-badly" });
    expect(ran).toMatchObject({ isError: true, data: { exitCode: 4 } });
    expect(world.calls).toContain(`release ${ids[0]}`);
    await close();
  });

  test.each([
    ["hand-over", "done"],
    ["hand-over-badly", "failed"],
  ])(
    "redeems what the agent itself performs, runs %s without the permit, and reports %s",
    async (command, result) => {
      const { deps, world } = fakeWorld();
      const { client, close } = await connected(deps);
      const publish = { ...asked, type: "publish", command };
      const ran = await called(client, "request_action_approval", publish);
      expect(ran.data).toMatchObject({ outcome: "performed", result });
      expect(String(ran.data.stdout ?? "")).not.toContain("withheld");
      expect(world.calls).toContain(`outcome ${ids[0]} ${result}`);
      // The same again is not done again.
      const again = await called(client, "request_action_approval", publish);
      expect(again.data).toMatchObject({ outcome: "performed", result });
      expect(again.text).toContain("do not ask for the same again");
      expect(world.calls.filter((call) => call.startsWith("redeem "))).toHaveLength(1);
      await close();
      // What was performed is not given back.
      expect(world.calls.filter((call) => call.startsWith("release "))).toEqual([]);
    },
  );

  test("a no comes with its reasons, as data that cannot break out", async () => {
    const { deps } = fakeWorld();
    const { client, close } = await connected(deps);
    const no = await called(client, "request_action_approval", { ...asked, type: "never" });
    expect(no).toMatchObject({ isError: true, data: { outcome: "denied", reasons: [{ id: "ceiling" }] } });
    expect(no.text).toContain("nor in smaller pieces");
    expect(no.text).not.toMatch(/\nSYSTEM/);
    await close();
  });

  test("a command is looked at before anybody is asked", async () => {
    const { deps, world } = fakeWorld();
    const { client, close } = await connected(deps);
    for (const command of ["whoami", "rm"]) {
      const no = await called(client, "request_action_approval", { ...asked, command });
      expect(no.isError).toBe(true);
    }
    const run = await called(client, "run_with_access", { command: "hand-over" });
    expect(run.text).toContain("request_action_approval");
    expect(world.calls).toEqual([]);
    await close();
  });
});

describe("request_action_approval of what Latchkey itself performs", () => {
  test("is refused with a command before anybody is asked, since no command does it", async () => {
    const { deps, world } = fakeWorld();
    const { resources, actions = [] } = await deps.broker.catalogue();
    const performed = actions.map((action) => ({ ...action, id: "routine-mail", performer: "start-tuning" }));
    const catalogue = async () => ({ resources, actions: performed });
    const { client, close } = await connected({ ...deps, broker: { ...deps.broker, catalogue } });
    const no = await called(client, "request_action_approval", { ...asked, command: "hand-over" });
    expect(no.isError).toBe(true);
    expect(no.text).toContain("leave command out");
    expect(world.calls).toEqual([]);
    await close();
  });
});

describe("read_masked", () => {
  test("asks masked, answers a page between marks, and goes on within the same grant", async () => {
    const { deps, world } = fakeWorld();
    const { client, close } = await connected(deps);
    const first = await called(client, "read_masked", { resource: "claims", purpose: "count", limit: 2 });
    expect(first.data).toMatchObject({
      outcome: "rows",
      grantId: ids[0],
      masked: 2,
      detected: 1,
      cursor: "c1",
    });
    expect(first.data.rows).toHaveLength(2);
    expect(first.text).toMatch(/--- rows ([0-9a-f]{12})\n\{.*\}\n\{.*\}\n--- end \1\n/);
    expect(first.text).not.toMatch(/\nSYSTEM/);
    const next = { grantId: ids[0], limit: 2, cursor: "c1" };
    const second = await called(client, "read_masked", next);
    expect(second.data.cursor).toBeUndefined();
    expect(world.calls.filter((call) => call.startsWith("ask"))).toEqual(["ask claims 600"]);
    const status = await called(client, "access_status");
    expect(status.text).toContain("There are no credentials.");
    expect(status.data).toMatchObject({ grants: [{ masked: true }] });
    expect(JSON.stringify(status.data)).not.toContain("credentialProcess");
    await close();
    expect(world.calls).toContain(`release ${ids[0]}`);
  });

  test("says no to what it may not read, to a grant of credentials, and to more than a model reads", async () => {
    const { deps, world } = fakeWorld();
    const { client, close } = await connected(deps);
    const claims = { resource: "claims", purpose: "count" };
    expect((await called(client, "read_masked", { ...claims, columns: ["secret"] })).text).toContain(
      "column_not_allowed",
    );
    await called(client, "request_access", { profile: "support" });
    expect((await called(client, "read_masked", { grantId: ids[1] })).text).toContain("not_masked");
    world.padding = "x".repeat(3_000);
    const long = await called(client, "read_masked", claims);
    expect(long).toMatchObject({ isError: true, data: {} });
    expect(long.text).toContain("smaller limit");
    const denied = await called(client, "read_masked", { resource: "never", purpose: "count" });
    expect(denied.data).toMatchObject({ outcome: "denied", access: { reasons: [{ id: "not-yours" }] } });
    await close();
  });

  test("a masked grant is none that a command is run with", async () => {
    const { deps, world } = fakeWorld();
    const { client, close } = await connected(deps);
    await called(client, "read_masked", { profile: "support" });
    const ran = await called(client, "run_with_access", { command: "whoami" });
    expect(ran.data).toMatchObject({ outcome: "ran", exitCode: 0 });
    expect(world.calls.filter((call) => call.startsWith("ask"))).toHaveLength(2);
    await close();
  });
});

test("list_access has the action types with what makes them weigh more, and which columns are read masked", async () => {
  const { deps } = fakeWorld();
  const { client, close } = await connected(deps);
  const { data, text } = await called(client, "list_access");
  expect(data).toMatchObject({ actions: [{ id: "send-mail", audience: "mail-gateway", reversible: false }] });
  expect(text).toContain(
    "- send-mail: after people approve, more people with: “more than 100 recipients”; done by mail-gateway, cannot be undone",
  );
  expect(text).toContain(
    "Masked rows (read with read_masked):\n- claims: at once; columns claim (keep), email (token); filters on claim (text)\n",
  );
  expect(data).toMatchObject({
    resources: [{ id: "support" }, { id: "claims", masked: { approval: "none" } }],
  });
  expect(text).toContain("- hand-over, with the action send-mail or the action routine-mail");
  expect(text).not.toMatch(/\nSYSTEM/);
  await close();
});
