import { expect, test } from "vitest";
import { called, connected, fakeWorld, ids, stage } from "./world.ts";

const eras = [
  ["2025", {}],
  ["2026", { versionNegotiation: { mode: { pin: "2026-07-28" } } }],
] as const;

test.each(eras)(
  "a client of %s sees seven tools with schemas of both sides and what they do",
  async (_, options) => {
    const { deps } = fakeWorld();
    const { client, close } = await connected(deps, { options });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      "list_access",
      "request_access",
      "request_action_approval",
      "read_masked",
      "access_status",
      "release_access",
      "run_with_access",
    ]);
    for (const { inputSchema, outputSchema, annotations, description = "" } of tools) {
      expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
      expect(outputSchema?.type).toBe("object");
      expect(annotations).toMatchObject({ readOnlyHint: expect.any(Boolean) });
      expect(description.length).toBeGreaterThan(40);
    }
    const hints = Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations]));
    expect(hints.list_access?.readOnlyHint).toBe(true);
    expect(hints.release_access?.destructiveHint).toBe(false);
    expect(hints.run_with_access).toMatchObject({ readOnlyHint: false, destructiveHint: true });
    await close();
  },
);

test.each(eras)("a client of %s lists, asks, looks and gives back", async (_, options) => {
  const { deps, world } = fakeWorld();
  const { client, close } = await connected(deps, { options });
  const list = await called(client, "list_access");
  expect(list.data).toMatchObject({
    resources: [{ id: "support", approval: "none", scopeExample: { prefix: "2026/" } }, { id: "claims" }],
    profiles: [{ name: "support", windowSeconds: 900 }, { name: "claims" }, { name: "never" }],
  });
  expect(list.text).toContain("- support: read|list, up to 3600 s, at once");

  const given = {
    resource: "support",
    access: "read",
    scope: { prefix: "2026/01/" },
    window: "15m",
    purpose: "try",
  };
  const asked = await called(client, "request_access", given);
  expect(asked.data).toMatchObject({ outcome: "active", grantId: ids[0], windowSeconds: 900 });
  expect(asked.text).toContain(
    `credential_process = latchkey credentials --grant ${ids[0]} --as support-assistant`,
  );
  expect(asked.isError).toBe(false);

  const status = await called(client, "access_status");
  expect(status.data).toMatchObject({ grants: [{ grantId: ids[0], outcome: "active" }] });
  const released = await called(client, "release_access", { grantId: ids[0] });
  expect(released.data).toMatchObject({ grantId: ids[0], outcome: "over", status: "REVOKING" });
  expect(world.grants.get(ids[0])?.status).toBe("REVOKING");
  expect((await called(client, "release_access", { grantId: ids[0] })).text).toContain("over already");
  expect((await called(client, "access_status")).data).toEqual({ grants: [] });
  await close();
});

test("what is refused as a whole costs a model no more than its name, and is whole in the data", async () => {
  const { deps, world } = fakeWorld();
  world.catalogue = world.catalogue.map((each) => ({ ...each, approval: "never" }));
  const { client, close } = await connected(deps);
  const { text, data } = await called(client, "list_access");
  expect(text).toContain("less may pass:\n- support, claims\n");
  expect(text).not.toContain("arn:aws:s3");
  expect(data).toMatchObject({ resources: [{ id: "support", arn: expect.any(String) }, { id: "claims" }] });
  await close();
});

test("asking again for what is open finds the same grant, in other words too", async () => {
  const { deps, world } = fakeWorld();
  const { client, close } = await connected(deps);
  const one = await called(client, "request_access", { profile: "claims", waitSeconds: 0 });
  const two = await called(client, "request_access", {
    profile: "claims",
    waitSeconds: 0,
    purpose: "please",
  });
  expect(two.data.grantId).toBe(one.data.grantId);
  expect(world.calls.filter((call) => call.startsWith("ask"))).toHaveLength(1);
  world.change(ids[0], { status: "REJECTED" });
  const three = await called(client, "request_access", { profile: "claims", waitSeconds: 0 });
  expect(three.data).toMatchObject({ outcome: "pending", grantId: ids[1] });
  await close();
});

test("while people are asked the client hears for whom it waits; then the answer is pending and says what to call", async () => {
  const { deps } = fakeWorld();
  const { client, close } = await connected(deps);
  const heard: { message?: string; progress: number }[] = [];
  const asked = await called(
    client,
    "request_access",
    { profile: "claims", waitSeconds: 40 },
    { onprogress: (progress: { message?: string; progress: number }) => heard.push(progress) },
  );
  expect(heard[0]?.message).toBe(`Grant ${ids[0]} waits for 1 of privacy`);
  expect(asked).toMatchObject({ isError: false, data: { outcome: "pending", waitsFor: "1 of privacy" } });
  expect(asked.text).toContain(`access_status {"grantId":"${ids[0]}","waitSeconds":45}`);
  await close();
});

test("access_status waits for people and sees them approve", async () => {
  const { deps, world } = fakeWorld();
  const { client, close } = await connected(deps);
  await called(client, "request_access", { profile: "claims", waitSeconds: 0 });
  const heard: (string | undefined)[] = [];
  const status = await called(
    client,
    "access_status",
    { grantId: ids[0], waitSeconds: 600 },
    {
      onprogress: ({ message }: { message?: string }) => {
        heard.push(message);
        const decision = {
          outcome: "needs_approval",
          policyVersion: "1",
          rules: [],
          plan: [stage({ status: "approved" })],
        };
        world.change(ids[0], { status: "APPROVED", decision: decision as never });
      },
    },
  );
  expect(status.data).toMatchObject({ grants: [{ outcome: "active" }] });
  expect(heard[0]).toContain("waits for 1 of privacy");
  await close();
});

test("a no comes with reasons and with the arguments that would pass, which pass", async () => {
  const { deps, world } = fakeWorld();
  const { client, close } = await connected(deps);
  const given = { resource: "never", access: "read", window: "1h", purpose: "try", ticket: "T-1" };
  const denied = await called(client, "request_access", given);
  expect(denied.isError).toBe(true);
  const base = { resource: "never", access: "read", purpose: "try", ticket: "T-1" };
  const smaller = { ...base, windowSeconds: 300, scope: { prefix: "small/" } };
  expect(denied.data).toMatchObject({
    outcome: "denied",
    alternatives: [smaller],
    reasons: [{ id: "not-yours" }],
  });
  expect(denied.text).toContain("request_access {");
  // As it stands it is a valid call: the broker hears of it.
  const [alternative = {}] = denied.data.alternatives as Record<string, unknown>[];
  await called(client, "request_access", alternative);
  expect(world.calls.at(-1)).toBe("ask never 300");
  await close();
});

test("a profile that is refused is offered smaller under its own name", async () => {
  const { deps } = fakeWorld();
  const { client, close } = await connected(deps);
  const run = await called(client, "run_with_access", { command: "refused" });
  expect(run.data).toMatchObject({
    outcome: "denied",
    access: { alternatives: [{ profile: "never", windowSeconds: 300, scope: { prefix: "small/" } }] },
  });
  await close();
});

const faults: [string, string, Record<string, unknown>, RegExp][] = [
  [
    "nothing to ask for",
    "request_access",
    {},
    /Needed are resource, access, window and purpose, or a profile/,
  ],
  [
    "two windows",
    "request_access",
    { profile: "support", window: "1m", windowSeconds: 61 },
    /different things/,
  ],
  ["no window", "request_access", { profile: "support", window: "soon" }, /not like 90s, 30m or 1h/],
  [
    "a profile that is not there",
    "request_access",
    { profile: "__proto__" },
    /no profile "__proto__"; there is: support/,
  ],
  ["a field that is not there", "request_access", { profile: "support", breakGlass: true }, /breakGlass/],
  ["another's grant", "access_status", { grantId: ids[2] }, /no such thing, or it is not yours/],
  ["a command that is not there", "run_with_access", { command: "constructor" }, /no command "constructor"/],
];
test.each(faults)("%s is one sentence and no stack", async (_, tool, given, said) => {
  const { deps } = fakeWorld();
  const { client, close, crossed } = await connected(deps);
  const { text, isError } = await called(client, tool, given);
  expect(isError).toBe(true);
  expect(text).toMatch(said);
  expect(crossed.join("\n")).not.toMatch(/\.ts:\d+|node_modules|\n\s+at /);
  await close();
});

test("what nobody foresaw is told to people on stderr, and the model hears no more than that", async () => {
  const { deps, world } = fakeWorld();
  deps.broker.catalogue = () => Promise.reject(new Error("socket 10.0.0.7 hung up"));
  const { client, close, crossed } = await connected(deps);
  expect((await called(client, "list_access")).text).toContain("its log on stderr says what");
  expect(crossed.join("\n")).not.toContain("10.0.0.7");
  expect(world.said.join("\n")).toContain("socket 10.0.0.7 hung up");
  await close();
});
