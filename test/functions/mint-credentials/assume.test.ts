import { describe, expect, it } from "vitest";
import type { AssumeRole } from "../../../functions/aws/sessions.ts";
import type { GrantIn } from "../../../functions/core/grant/grant.ts";
import * as rotation from "../../../functions/core/grant/rotation.ts";
import { epochMs } from "../../../functions/core/time.ts";
import { assume, clockAgrees, sessionSeconds } from "../../../functions/mint-credentials/assume.ts";
import { attemptOf, type Held, type MintDeps } from "../../../functions/mint-credentials/deps.ts";
import { inWords } from "../../../functions/mint-credentials/refusals.ts";
import * as x from "../../core/grant/example.ts";

type Asked = Parameters<AssumeRole>[0];
const SESSION = { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "s", sessionToken: "t" };

/** An STS that answers at once, whose clock is so far from ours, or that refuses. */
function sts({ skewMs = 0, refusing }: { skewMs?: number; refusing?: string } = {}) {
  const asked: Asked[] = [];
  const assumeRole: AssumeRole = async (request) => {
    asked.push(request);
    if (refusing) return { ok: false, code: refusing };
    const expiration = x.T0 + 2_000 + skewMs + request.durationSeconds * 1000;
    return { ok: true, minted: { session: SESSION, expiration } };
  };
  return { asked, assumeRole };
}
async function assumed(held: Held, { assumeRole }: ReturnType<typeof sts>, now = x.T0 + 2_000) {
  const deps = {
    assumeRole,
    now: () => now,
    longestSessionSeconds: 3_600,
    accountId: "000000000000",
    partition: "aws",
  };
  return assume(deps as unknown as MintDeps, held);
}
const claimed = (windowSeconds: number): Held => x.activating({ windowSeconds }).grant;

describe("one AssumeRole for a claimed attempt", () => {
  it("names role, session, source and policy, all made by the server (I-05, I-06)", async () => {
    const aws = sts();
    const answer = await assumed(claimed(1_800), aws);
    expect(answer).toEqual({ ok: true, minted: { session: SESSION, expiration: expect.any(Number) } });
    expect(aws.asked).toEqual([
      {
        roleArn: "arn:aws:iam::000000000000:role/latchkey-access-production-data",
        sessionName: "lk.support.k7m2qx4zabcd2345.1",
        sourceIdentity: "support-assistant",
        policy: expect.stringContaining('"aws:CurrentTime":"2026-11-21T10:00:01Z"'),
        durationSeconds: 1_799,
      },
    ]);
  });
  it.each([
    ["STS's least, though the window is shorter", 60, 900],
    ["the rest of the window, the second that has begun too", 1_200, 1_199],
    ["no more than a chained role may have", 43_200, 3_600],
  ])("is for %s", async (_, windowSeconds, seconds) => {
    const aws = sts();
    await assumed(claimed(windowSeconds), aws);
    expect(aws.asked[0]?.durationSeconds).toBe(seconds);
  });
  it("is none once the window is over, and one until its last instant (I-23)", async () => {
    const aws = sts();
    const held = claimed(60);
    const end = epochMs(held.endsAt);
    for (const now of [end, end + 1])
      expect(await assumed(held, aws, now)).toMatchObject({ no: { kind: "refused", code: "window_over" } });
    expect(aws.asked).toEqual([]);
    await assumed(held, aws, end - 1);
    expect(aws.asked).toHaveLength(1);
  });
  it("is none with a policy that is too large, and never one without a policy (I-05)", async () => {
    const aws = sts();
    const keys = Array.from({ length: 60 }, (_, index) => `2026/${"k".repeat(60)}-${index}`);
    const answer = await assumed({ ...claimed(1_800), scope: { keys } } as Held, aws);
    expect(answer).toMatchObject({ ok: false, no: { kind: "refused", code: "scope_too_large" } });
    expect(aws.asked).toEqual([]);
  });
  it("that AWS refuses says so in words, whatever the code", async () => {
    expect(await assumed(claimed(1_800), sts({ refusing: "AccessDenied" }))).toEqual({
      ok: false,
      no: { kind: "refused", code: "AccessDenied", detail: inWords("AccessDenied") },
    });
    expect(await assumed(claimed(1_800), sts({ refusing: "Whatever" }))).toMatchObject({
      no: { code: "Whatever", detail: "AWS gave no session" },
    });
    expect(inWords("AccessDenied")).not.toBe(inWords("Whatever"));
  });
});

describe("clocks that differ (I-43)", () => {
  it.each([
    [2_000, true],
    [-2_000, true],
    [2_001, false],
    [-2_001, false],
  ])("by %i ms: the session is delivered: %s", async (skewMs, ok) => {
    const answer = await assumed(claimed(1_800), sts({ skewMs }));
    expect(answer).toMatchObject(ok ? { ok } : { ok, no: { kind: "discarded", code: "clock_off" } });
  });
  it("are compared with the whole time of the call", () => {
    const call = { from: 100_000, to: 130_000 };
    const stsSaid = (now: number) => clockAgrees(now + 900_000, 900, call);
    expect([98_000, 97_999, 132_000, 132_001].map(stsSaid)).toEqual([true, false, true, false]);
  });
  it("never lengthen a session beyond what a chained role may have (I-04)", () => {
    expect([sessionSeconds(10, 3_600), sessionSeconds(901, 3_600), sessionSeconds(99_999, 3_600)]).toEqual([
      900, 901, 3_600,
    ]);
  });
});

describe("the attempt that is claimed", () => {
  it("is the rotation's while one is claimed, else the grant's own", () => {
    const { grant } = x.active({ windowSeconds: 10_800 }, "2026-11-21T10:15:00.000Z");
    const rotating = rotation.claimRotation(grant, x.moment({ now: epochMs("2026-11-21T10:15:00Z") }));
    expect([
      attemptOf(claimed(60)),
      attemptOf(grant),
      attemptOf(rotating.after as GrantIn<"ACTIVE">),
    ]).toEqual([1, 1, 2]);
  });
});
