import { describe, expect, test } from "vitest";
import { type Answers, DIGEST, grantOf, ID, refusal, run } from "./run.ts";

const pending = grantOf({ status: "PENDING", scope: { prefix: "2026/" } });
const decided: Answers = ({ method }) => ({
  body: method === "GET" ? pending : grantOf({ status: "APPROVED" }),
});

describe("a person's word", () => {
  test.each(["approve", "reject"])(
    "%s shows what exactly is asked, and says stage and digest as seen (I-19)",
    async (word) => {
      const { code, err, calls } = await run(decided, word, ID, "--yes", "--comment", "fine");
      expect(code).toBe(0);
      for (const fact of ["support-assistant", "read on claims", "prefix 2026/", "30 minutes", DIGEST])
        expect(err).toContain(fact);
      expect(calls.at(-1)).toEqual({
        ...{ method: "POST", path: `/grants/${ID}/decision` },
        body: { decision: word, stage: 1, digest: DIGEST, comment: "fine" },
      });
    },
  );

  test("is not said for somebody who cannot be asked and has not said so", async () => {
    const { code, err, calls } = await run(decided, "approve", ID);
    expect([code, calls.map(({ method }) => method)]).toEqual([64, ["GET"]]);
    expect(err).toContain("add --yes");
  });

  test.each([
    [["--digest", `sha256:${"b".repeat(64)}`], pending, /not what you saw/],
    [["--stage", "2"], pending, /stage 1 is open, not 2/],
    [[], grantOf({ status: "CANCELLED" }), /is CANCELLED/],
  ])("is not said to something else: %j", async (options, grant, sentence) => {
    const { code, err, calls } = await run(() => ({ body: grant }), "approve", ID, "--yes", ...options);
    expect([code, calls.length]).toEqual([73, 1]);
    expect(err).toMatch(sentence);
  });

  test("that the broker does not take ends with its code", async () => {
    const answers: Answers = ({ method }) =>
      method === "GET"
        ? { body: pending }
        : refusal(403, "wrong_channel", "This stage is decided in another way.");
    expect(await run(answers, "approve", ID, "--yes")).toMatchObject({ code: 71 });
  });
});

test("inbox shows every page of what waits, with the commands that decide", async () => {
  const answers: Answers = ({ path }) =>
    path.includes("cursor=two")
      ? { body: { grants: [{ ...pending, id: "zzzzzzzzzzzzzzzz" }] } }
      : { body: { grants: [pending], cursor: "two" } };
  const { out, calls } = await run(answers, "inbox");
  expect(calls.map(({ path }) => path)).toEqual(["/grants?waiting=me", "/grants?cursor=two&waiting=me"]);
  expect(out).toContain(`latchkey approve ${ID}`);
  expect(out).toContain("latchkey reject zzzzzzzzzzzzzzzz");
  expect((await run(() => ({ body: { grants: [] } }), "inbox")).out).toBe("Nothing waits for you.\n");
});

test("list goes on to as many as were wanted, and no further", async () => {
  const page = (from: number) => Array.from({ length: 100 }, (_, i) => grantOf({ purpose: `p${from + i}` }));
  const answers: Answers = (_call, nth) => ({ body: { grants: page(nth * 100), cursor: "more" } });
  const { calls, out } = await run(answers, "list", "--limit", "150", "--json");
  expect(calls.map(({ path }) => path)).toEqual(["/grants?limit=100", "/grants?cursor=more&limit=50"]);
  expect(JSON.parse(out).grants.length).toBeGreaterThanOrEqual(150);
  expect((await run(answers, "list", "--limit", "0")).code).toBe(64);
});

describe("stopping", () => {
  test("revoke says why, waits for the proof when asked to, and asks nobody back", async () => {
    const answers: Answers = (_call, nth) => ({
      body: grantOf({ status: nth < 2 ? "REVOKING" : "REVOKED" }),
    });
    const { code, out, calls } = await run(
      answers,
      "revoke",
      ID,
      "--reason",
      "wrong customer",
      "--wait",
      "--json",
    );
    expect([code, JSON.parse(out).status]).toEqual([0, "REVOKED"]);
    expect(calls[0]).toMatchObject({ path: `/grants/${ID}/revoke`, body: { reason: "wrong customer" } });
  });

  test.each([
    ["revoke", ID],
    ["lockdown", "set", "agent", "a"],
    ["lockdown", "lift", ID],
    ["review", ID],
  ])("needs its why: %s %s", async (...words) => {
    const { code, calls } = await run(() => ({ body: {} }), ...words);
    expect([code, calls]).toEqual([64, []]);
  });

  const stands = {
    id: ID,
    target: { type: "agent", id: "a" },
    reason: "r",
    by: "noor",
    at: "2026-11-21T09:00:00Z",
  };
  test("lockdown stops what it names, and says how much it ended and what is left", async () => {
    const answers: Answers = () => ({
      status: 201,
      body: { ...stands, stopped: 1, failed: [ID], complete: false },
    });
    const { out, calls } = await run(answers, "lockdown", "set", "agent", "a", "--reason", "r");
    expect(calls[0]).toMatchObject({
      path: "/lockdowns",
      body: { target: { type: "agent", id: "a" }, reason: "r" },
    });
    expect(out).toMatch(/agent a; 1 grant ended\. The rest follows/);
  });

  test.each([
    [["set", "everything"], /add --yes/],
    [["set", "everything", "x"], /takes no id/],
    [["set", "agent"], /Say which agent/],
    [["set", "planet", "x"], /./],
  ])("lockdown %j is not done by mistake", async (words, sentence) => {
    const { code, err, calls } = await run(() => ({ body: stands }), "lockdown", ...words, "--reason", "r");
    expect([code, calls]).toEqual([64, []]);
    if (words[1] !== "planet") expect(err).toMatch(sentence);
  });

  test("lockdown list and lift", async () => {
    const listed = await run(() => ({ body: { lockdowns: [stands] } }), "lockdown", "list");
    expect(listed.out).toMatch(new RegExp(`${ID} +agent a +noor`));
    const lifted = { id: ID, lifted: true, by: "emil", at: "2026-11-21T10:00:00Z", reason: "r" };
    const { calls, out } = await run(
      () => ({ body: lifted }),
      "lockdown",
      "lift",
      ID,
      "--reason",
      "all clear",
    );
    expect(calls[0]).toMatchObject({ method: "DELETE", path: `/lockdowns/${ID}?reason=all%20clear` });
    expect(out).toContain("lifted by emil");
  });
});

const RESOURCE = {
  ...{ id: "claims", kind: "s3-prefix", description: "Claims", arn: "arn:aws:s3:::b/p/*", tags: [] },
  ...{ environment: "production", classification: "confidential", accesses: ["read"] },
  ...{ maxWindowSeconds: 3600, approval: "people" },
  masked: {
    approval: "none",
    columns: [{ path: "email", class: "email", method: "token" }],
    filters: [{ column: "status", type: "text" }],
    most: { reads: 500, rows: 50_000 },
  },
};
const ACTION = {
  ...{ id: "pay-claim", description: "Pay", arn: "arn:aws:latchkey:::action/pay-claim", tags: [] },
  ...{ environment: "production", classification: "confidential", audience: "claims-desk" },
  ...{ reversible: false, permitSeconds: 300, parameters: { type: "object" }, approval: "none" },
  triggers: [{ id: "money-moved", reason: "more than 1,000.00" }],
};

test("catalogue lists action types, and says which columns are read masked", async () => {
  const { out } = await run(() => ({ body: { resources: [RESOURCE], actions: [ACTION] } }), "catalogue");
  expect(out).toMatch(/^claims +read +1h +people, masked at once /m);
  expect(out).toMatch(/^pay-claim +5m +at once +more than 1,000\.00 +claims-desk, for good /m);
  const said = async (id: string) =>
    (await run(() => ({ body: { resources: [RESOURCE], actions: [ACTION] } }), "catalogue", id)).out;
  expect(await said("claims")).toMatch(/^ +column +email: token \(email\)\n +filter +status \(text\)$/m);
  expect(await said("pay-claim")).toMatch(/^parameters +\{"type":"object"\}$/m);
});

test("catalogue lists what can be had first, and one with all that is said of it", async () => {
  const entry = (id: string, approval: string) => ({
    ...{
      id,
      kind: "s3-prefix",
      description: `${id}\u001b[31m`,
      arn: "arn:aws:s3:::b/p/*",
      environment: "production",
    },
    ...{ classification: "internal", tags: [], accesses: ["read"], maxWindowSeconds: 5400, approval },
  });
  const answers: Answers = () => ({
    body: { resources: [entry("never-1", "never"), entry("free-1", "none")] },
  });
  const { out } = await run(answers, "catalogue");
  expect(out.split("\n").map((line) => line.split(" ")[0])).toEqual(["resource", "free-1", "never-1", ""]);
  expect(out).toContain("1h30m");
  expect(out).not.toContain("\u001b");
  expect((await run(answers, "catalogue", "free-1")).out).toContain("arn:aws:s3:::b/p/*");
  expect((await run(answers, "catalogue", "other")).code).toBe(72);
});
