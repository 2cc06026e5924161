import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { openBroker } from "../../../client/broker/broker.ts";
import type { CallDeps } from "../../../client/broker/call.ts";
import { callerOf } from "../../../client/broker/caller.ts";
import { pause } from "../../../client/broker/open.ts";
import { exitCodes } from "../../../client/exit.ts";
import type { AwsCredentials } from "../../../functions/core/signed-request.ts";

const ID = "abcdefghij234567";
const OTHER = "zbcdefghij234567";
const GRANT = { id: ID, status: "PENDING", window: { seconds: 60 }, decision: { plan: [] } };
const BODY = { resource: "claims", access: "read", windowSeconds: 60, purpose: "test" };

type Sent = { url: string; method: string; key: string | null; body: string | undefined };
type Step = () => Response | Promise<Response>;
const json =
  (body: unknown, status = 200) =>
  () =>
    new Response(JSON.stringify(body), { status });
const unreachable: Step = () => Promise.reject(new TypeError("fetch failed"));
const refusal = (status: number, code: string) => json({ error: { code, message: "No." } }, status);

/** A broker that answers in turn, and the last step from then on. */
function brokerThat(...given: (Step | Partial<AwsCredentials>)[]) {
  const steps = given.filter((step) => typeof step === "function");
  const signer = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "made up" };
  const more = given.filter((step) => typeof step !== "function");
  const sent: Sent[] = [];
  const waits: number[] = [];
  let keys = 0;
  const deps: CallDeps & { newKey(): string } = {
    url: "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/v1",
    region: "eu-west-1",
    credentials: () => Promise.resolve(Object.assign({}, signer, ...more)),
    fetch: (url, init) => {
      const headers = new Headers(init?.headers);
      sent.push({
        url: String(url),
        method: init?.method ?? "",
        key: headers.get("idempotency-key"),
        body: init?.body as string | undefined,
      });
      return Promise.resolve((steps[sent.length - 1] ?? steps.at(-1) ?? unreachable)());
    },
    now: () => Date.parse("2026-11-21T12:00:00Z"),
    random: () => 0.5,
    pause: (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
      return Promise.resolve();
    },
    newKey: () => `key-${++keys}`,
  };
  return { broker: openBroker(deps), sent, waits };
}

describe("a call", () => {
  test("that the network loses is tried again with the same key, so that there is one grant (I-38)", async () => {
    const { broker, sent } = brokerThat(unreachable, refusal(503, "unavailable"), json(GRANT, 201));
    expect(await broker.ask(BODY)).toMatchObject({ id: ID });
    expect(sent.map(({ key }) => key)).toEqual(["key-1", "key-1", "key-1"]);
    expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
    await broker.ask(BODY);
    expect(sent.at(-1)?.key).toBe("key-2");
  });

  test("that never gets through gives up with one sentence and its own exit code, and waits ever longer", async () => {
    const { broker, sent, waits } = brokerThat(unreachable);
    const fault = await broker.catalogue().catch((error: unknown) => error);
    expect(fault).toMatchObject({ kind: "unavailable", message: expect.stringContaining("does not answer") });
    expect((fault as Error).cause).toBeInstanceOf(TypeError);
    expect(sent).toHaveLength(4);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
  });

  test.each([
    [403, "policy_denied", "denied"],
    [429, "quota_exceeded", "quota"],
    [409, "wrong_state", "conflict"],
    [410, "grant_over", "over"],
  ])("that is refused with %i %s is not tried again", async (status, code, kind) => {
    const { broker, sent } = brokerThat(refusal(status, code));
    await expect(broker.credentials(ID)).rejects.toMatchObject({ kind });
    expect(sent).toHaveLength(1);
  });

  test("that was too many at once is", async () => {
    const { broker, sent } = brokerThat(refusal(429, "unavailable"), json({ grants: [] }));
    expect(await broker.grants()).toEqual({ grants: [] });
    expect(sent).toHaveLength(2);
  });

  test("is ended by its signal, with the signal's own reason", async () => {
    const stop = new AbortController();
    const { broker, sent } = brokerThat(() => {
      stop.abort(new Error("stopped by somebody"));
      throw new TypeError("aborted");
    });
    await expect(broker.grant(ID, { signal: stop.signal })).rejects.toThrow("stopped by somebody");
    expect(sent).toHaveLength(1);
  });
});

describe("whether a call may have been done that failed", () => {
  const refusedBy =
    (code: string): Step =>
    () =>
      Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(), { code }) }));
  test.each([
    ["never left this machine", [refusedBy("ECONNREFUSED")], false],
    ["found no such host", [refusedBy("ENOTFOUND")], false],
    ["was cut off", [refusedBy("ECONNRESET")], true],
    ["was cut off, and then never left", [refusedBy("UND_ERR_SOCKET"), refusedBy("ECONNREFUSED")], true],
    ["failed in the broker", [refusal(500, "internal")], true],
    ["was cut off, and then refused at the door", [unreachable, refusal(403, "forbidden")], true],
    ["was cut off, and then denied", [unreachable, refusal(403, "policy_denied")], false],
    ["was denied", [refusal(403, "policy_denied")], false],
    ["had one too many grants", [refusal(429, "quota_exceeded")], false],
  ])("%s: it is known", async (_what, steps, unheard) => {
    const fault = await brokerThat(...steps)
      .broker.ask(BODY)
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ unheard });
  });
});

test("a call that only looks has done nothing, however it failed", async () => {
  await expect(brokerThat(unreachable).broker.grant(ID)).rejects.toMatchObject({ unheard: false });
});

describe("who signs", () => {
  test.each(["FwoToken\n", "Fwo Token", "FwoTöken"])(
    "with %j is told so without it being said",
    async (sessionToken) => {
      const { broker, sent } = brokerThat(json({ grants: [] }), { sessionToken });
      const fault = await broker.grants().catch((error: unknown) => error);
      expect(fault).toMatchObject({ kind: "sign_in" });
      expect(inspect(fault, { depth: 9 })).not.toMatch(/Fwo/);
      expect(sent).toEqual([]);
    },
  );

  test("at the same time as somebody else in this process is not taken for its own child", async () => {
    const env: NodeJS.ProcessEnv = {};
    const place = { url: "https://x", region: "us-east-1", source: "test", awsProfile: "no-such-profile" };
    const [first, second] = [callerOf(place, env), callerOf(place, env)];
    const both = [first(), second()];
    expect(env.LATCHKEY_SIGNING_IN).toBe("1");
    expect(() => callerOf(place, env)).not.toThrow();
    for (const each of await Promise.allSettled(both)) expect(each.status).toBe("rejected");
    expect(env).toEqual({});
    expect(() => callerOf(place, { LATCHKEY_SIGNING_IN: "1" })).toThrow(/--aws-profile/);
  });
});

describe("what goes into a path", () => {
  test.each(["../lockdowns", "", "ABCDEFGHIJ234567", "abcdefghij23456", `${ID}/release`])(
    "is an id or is not sent: %j",
    async (id) => {
      const { broker, sent } = brokerThat(json(GRANT));
      await expect(broker.release(id)).rejects.toMatchObject({ kind: "usage" });
      expect(sent).toEqual([]);
    },
  );

  test("and a query is encoded as SigV4 reads it", async () => {
    const { broker, sent } = brokerThat(json({ lifted: true }));
    await broker.liftLockdown(ID, "all is well + good");
    expect(sent[0]).toMatchObject({
      method: "DELETE",
      url: expect.stringMatching(/\?reason=all%20is%20well%20%2B%20good$/),
    });
  });
});

describe("an answer that is none of Latchkey's is not acted on", () => {
  test.each([
    ["an id that would be a path", { ...GRANT, id: "../../etc" }],
    ["no status", { ...GRANT, status: undefined }],
    ["another grant", { ...GRANT, id: OTHER }],
    ["no window", { ...GRANT, window: null }],
    ["a start that is no time", { ...GRANT, window: { seconds: 60, startsAt: "soon" } }],
    ["a wait that is no number", { ...GRANT, retryAfterSeconds: "0" }],
    ["no plan", { ...GRANT, decision: {} }],
    ["a history without times", { ...GRANT, timeline: [{ time: "then" }] }],
    ["a list", [GRANT]],
    ["nothing", null],
  ])("%s", async (_name, body) => {
    const { broker } = brokerThat(json(body));
    await expect(broker.grant(ID)).rejects.toMatchObject({ kind: "no_endpoint" });
  });

  test("a list with one that is none", async () => {
    const { broker } = brokerThat(json({ grants: [GRANT, { ...GRANT, id: "../x" }] }));
    await expect(broker.grants()).rejects.toMatchObject({ kind: "no_endpoint" });
  });

  test("another grant that is said to be given back", async () => {
    const { broker } = brokerThat(json({ ...GRANT, id: OTHER }));
    await expect(broker.release(ID)).rejects.toMatchObject({ kind: "no_endpoint" });
  });

  test("more than API Gateway lets through, of which not all is read", async () => {
    let given = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull: (to) => {
            given += 1;
            to.enqueue(new Uint8Array(1024 * 1024));
          },
        }),
      );
    const { broker, sent } = brokerThat(endless);
    await expect(broker.catalogue()).rejects.toMatchObject({ kind: "no_endpoint" });
    expect(sent).toHaveLength(1);
    expect(given).toBeLessThan(20);
  });

  test.each([301, 302, 307])("a redirect (%i), which is not followed", async (status) => {
    const { broker, sent } = brokerThat(
      () => new Response("", { status, headers: { location: "https://evil.example/" } }),
    );
    await expect(broker.catalogue()).rejects.toMatchObject({ kind: "no_endpoint" });
    expect(sent).toHaveLength(1);
  });

  test.each([
    ["an empty secret", { SecretAccessKey: "" }],
    ["no session token", { SessionToken: undefined }],
    ["another version", { Version: 2 }],
    ["no time", { Expiration: "soon" }],
  ])("credentials with %s", async (_name, change) => {
    const keys = {
      ...{ Version: 1, AccessKeyId: "ASIA", SecretAccessKey: "s", SessionToken: "t" },
      ...{ Expiration: "2026-11-21T12:30:00Z", ...change },
    };
    await expect(brokerThat(json(keys)).broker.credentials(ID)).rejects.toMatchObject({
      kind: "no_endpoint",
    });
  });
});

test("a wait that is longer than a timer can be is no short one", async () => {
  const stop = new AbortController();
  let over = false;
  const waiting = pause(2 ** 32, stop.signal).then(
    () => {
      over = true;
    },
    (reason) => reason,
  );
  await pause(30);
  expect(over).toBe(false);
  stop.abort("stopped");
  expect(await waiting).toBe("stopped");
});

test("each kind of failure has an exit code that no other has", () => {
  const codes = Object.values(exitCodes);
  expect(new Set(codes).size).toBe(codes.length);
  expect(Math.max(...codes)).toBeLessThan(256);
});
