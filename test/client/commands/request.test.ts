import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { scopeParts } from "../../../client/scope.ts";
import { requestCommand } from "../../../client/show/command.ts";
import { kindNames } from "../../../functions/core/kinds/names.ts";
import { aboutKind } from "../../../functions/core/kinds/registry.ts";
import { type Answers, grantOf, ID, refusal, run, withFile } from "./run.ts";

const ASK = ["request", "claims", "read", "--window", "30m", "--purpose", "answering a customer"];
const granted: Answers = () => ({ status: 201, body: grantOf() });

describe("latchkey request", () => {
  test("asks what was typed, and prints what came of it", async () => {
    const { code, out, err, calls } = await run(
      granted,
      ...[...ASK, "--key", "a b.csv", "--key", "c.csv", "--ticket", "T-1", "--on-behalf-of", "kim"],
    );
    expect(code).toBe(0);
    expect(calls).toEqual([
      {
        ...{ method: "POST", path: "/grants" },
        body: {
          ...{ resource: "claims", access: "read", windowSeconds: 1800, purpose: "answering a customer" },
          ...{ scope: { keys: ["a b.csv", "c.csv"] }, ticket: "T-1", onBehalfOf: "kim" },
        },
      },
    ]);
    expect(out).toMatch(new RegExp(`grant +${ID}\nstatus +ACTIVE`));
    expect(err).toContain(`latchkey release ${ID}`);
  });

  test("prints JSON alone on stdout", async () => {
    const { out } = await run(granted, ...ASK, "--json");
    expect(JSON.parse(out)).toEqual(grantOf());
  });

  test("waits for people and says for whom, and ends with the code of their no", async () => {
    const pending = grantOf({ status: "PENDING", retryAfterSeconds: 0.001 });
    const [stage] = pending.decision.plan;
    const no = { person: "priya", at: "2026-11-21T10:00:00Z", comment: "not this one" };
    const plan = stage ? [{ ...stage, status: "rejected" as const, rejected: no as never }] : [];
    const rejected = grantOf({ status: "REJECTED", decision: { ...pending.decision, plan } });
    const answers: Answers = (_call, nth) => ({ body: nth < 4 ? pending : rejected });
    const { code, err, calls } = await run(answers, ...ASK);
    expect(code).toBe(78);
    expect(calls.map(({ method }) => method)).toEqual(["POST", "GET", "GET", "GET"]);
    expect(err.match(/waits for 1 of privacy, until 2026-11-22T09:00:00Z/g)).toHaveLength(1);
    expect(err).toMatch(/priya said no to grant .*not this one/);
  });

  test("gives up waiting after --timeout with its own code, and leaves the ask waiting", async () => {
    const pending: Answers = () => ({ body: grantOf({ status: "PENDING", retryAfterSeconds: 0.2 }) });
    const { code, err, calls } = await run(pending, ...ASK, "--timeout", "1s");
    expect(code).toBe(75);
    expect(err).toContain(`latchkey status ${ID}`);
    expect(calls.some(({ path }) => path.endsWith("/release"))).toBe(false);
  });

  test("with --no-wait prints the grant as it is, which is no failure", async () => {
    const { code, out, calls } = await run(
      () => ({ body: grantOf({ status: "PENDING" }) }),
      ...ASK,
      "--no-wait",
      "--json",
    );
    expect([code, JSON.parse(out).status, calls.length]).toEqual([0, "PENDING", 1]);
  });

  const details = {
    id: ID,
    rules: [{ id: "too-long", reason: "half an hour at most" }],
    alternatives: [{ change: { windowSeconds: 900, scope: { prefix: "it's/" } }, outcome: "allow" }],
  };
  const denied = refusal(403, "policy_denied", "Policy does not allow this.", details);

  test("of a no says the reasons and what would pass, as a command that asks just that when it is pasted", async () => {
    const { code, err } = await run(() => denied, ...ASK);
    expect(code).toBe(77);
    expect(err).toContain("half an hour at most (too-long)");
    const pasted = /^ +latchkey (request .*)$/m.exec(err)?.[1] ?? "";
    const words = execFileSync("sh", ["-c", `printf '%s\\n' ${pasted}`], { encoding: "utf8" })
      .trim()
      .split("\n");
    const where = words.indexOf("--as");
    const again = await run(granted, ...words.slice(0, where));
    expect(again.calls[0]?.body).toMatchObject({ windowSeconds: 900, scope: { prefix: "it's/" } });
  });

  test("of a no tells a program the same as JSON, with the sentence still on stderr", async () => {
    const { out, err, code } = await run(() => denied, ...ASK, "--json");
    expect(JSON.parse(out)).toMatchObject({
      error: { kind: "denied", grant: ID, reasons: [{ id: "too-long" }], alternatives: details.alternatives },
    });
    expect([code, err]).toEqual([77, expect.stringContaining("Policy does not allow this.")]);
  });

  test("takes the smaller ask when it is told to, once", async () => {
    const answers: Answers = (_call, nth) => (nth === 1 ? denied : { status: 201, body: grantOf() });
    const { code, calls } = await run(answers, ...ASK, "--take-alternative");
    expect([code, calls.length]).toEqual([0, 2]);
    expect(calls[1]?.body).toMatchObject({ windowSeconds: 900 });
    expect((await run(() => denied, ...ASK, "--take-alternative")).code).toBe(77);
  });

  test("foresees without asking anybody, and says a no by its code", async () => {
    const { decision, digest } = grantOf();
    const answers =
      (outcome: "allow" | "deny" | "needs_approval"): Answers =>
      () => ({ body: { dryRun: true, decision: { ...decision, outcome }, digest } });
    const people = await run(answers("needs_approval"), ...ASK, "--dry-run");
    expect(people).toMatchObject({ code: 0, out: expect.stringContaining("1 of privacy") });
    expect(people.calls[0]?.body).toMatchObject({ dryRun: true });
    expect((await run(answers("allow"), ...ASK, "--dry-run")).code).toBe(0);
    expect((await run(answers("deny"), ...ASK, "--dry-run")).code).toBe(77);
  });
});

describe("what a terminal shows of others' words (I-53)", () => {
  test("is one line each and has nothing that a terminal acts on", async () => {
    const purpose = "x\n\u001b[2Jstatus      APPROVED\u202e\u{e0041}\u009b2J";
    const { out } = await run(() => ({ status: 201, body: grantOf({ purpose }) }), ...ASK);
    expect(out.match(/^status/gm)).toHaveLength(1);
    const asJson = await run(() => ({ status: 201, body: grantOf({ purpose }) }), ...ASK, "--json");
    expect(JSON.parse(asJson.out).purpose).toBe(purpose);
    for (const text of [out, asJson.out]) expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe("an ask that is not complete", () => {
  test.each([
    [["request"], 64, /latchkey catalogue/],
    [["request", "claims"], 64, /Say which access/],
    [["request", "claims", "read"], 64, /--window 30m/],
    [["request", "claims", "read", "--window", "30m"], 64, /--purpose/],
    [["request", "claims", "read", "--window", "soon", "--purpose", "x"], 64, /--window is no duration/],
    [[...ASK, "--scope", "{"], 64, /--scope is no JSON object/],
    [[...ASK, "--scope", "{}", "--prefix", "a"], 64, /not by both/],
    [[...ASK, "--timeout", "x"], 64, /--timeout is no duration/],
    [[...ASK, "--file", "x.yaml"], 64, /--profile/],
    [["request", "--profile", "x", "--file", "/nowhere/latchkey.yaml"], 65, /cannot be read/],
    [[...ASK, "--bogus"], 64, /unknown option/],
    [["requets"], 64, /unknown command/],
  ])("%j is one plain sentence, and nothing is sent", async (words, code, sentence) => {
    const ran = await run(granted, ...words);
    expect([ran.code, ran.calls]).toEqual([code, []]);
    if (!/unknown/.test(sentence.source)) expect(ran.err).toMatch(sentence);
    expect(ran.err).not.toMatch(/^ {4}at /m);
  });

  test("is completed by a profile, and options beside it win", async () => {
    const profile =
      "profiles:\n  notes: { resource: claims, access: read, scope: { prefix: 2026/ }, window: 15m, purpose: notes }\n";
    const { calls } = await withFile("latchkey.yaml", profile, (file) =>
      run(granted, "request", "--profile", "notes", "--file", file, "--window", "5m"),
    );
    expect(calls[0]?.body).toEqual({
      ...{
        resource: "claims",
        access: "read",
        scope: { prefix: "2026/" },
        windowSeconds: 300,
        purpose: "notes",
      },
    });
  });

  test("of a broken file says where it is broken", async () => {
    const broken = "profiles:\n  notes: { resource: claims, window: [ }\n";
    const { code, err } = await withFile("latchkey.yaml", broken, (file) =>
      run(granted, "request", "--profile", "notes", "--file", file),
    );
    expect([code, err]).toEqual([65, expect.stringContaining("latchkey.yaml")]);
    expect(err.trim().split("\n")).toHaveLength(1);
  });
});

test("every part of a scope that a kind has is an option", () => {
  const parts = kindNames.flatMap((kind) => {
    const { properties = {} } = z.toJSONSchema(aboutKind(kind).scope, {
      io: "input",
      unrepresentable: "any",
    });
    return Object.keys(properties);
  });
  expect([...new Set(parts)].sort()).toEqual([...Object.values(scopeParts)].sort());
});

test("a command that is pasted is what it shows, whatever a purpose has in it", () => {
  const purpose = 'a\'b "c" $(touch /tmp/x) `id` \\ \n!';
  const body = { resource: "claims", access: "read", windowSeconds: 5430, purpose };
  const line = requestCommand(body, {}).replace("latchkey", "printf '%s\\0'");
  const words = execFileSync("sh", ["-c", line], { encoding: "utf8" }).split("\0");
  // The broker folds white space in it, so a line end is no part of what is asked.
  const folded = purpose.replace("\n", " ");
  expect(words).toEqual(["request", "claims", "read", "--window", "1h30m30s", "--purpose", folded, ""]);
});
