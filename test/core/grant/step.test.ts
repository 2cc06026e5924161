import { describe, expect, it } from "vitest";
import type { GrantIn } from "../../../functions/core/grant/grant.ts";
import * as rotation from "../../../functions/core/grant/rotation.ts";
import { grantFacts, makeStep, planFacts, planText, riskFacts } from "../../../functions/core/grant/step.ts";
import { epochMs } from "../../../functions/core/time.ts";
import * as x from "./example.ts";

const OPTIONAL = [
  "team",
  "task",
  "ticket",
  "onBehalfOf",
  "model",
  "extends",
  "scope",
  "breakGlass",
  "riskScore",
];

describe("what each event repeats of its grant, so that a row can be read by itself (I-47)", () => {
  it("is who, what, how much, why, and by which rules", () => {
    expect(grantFacts(x.pending().grant)).toEqual({
      agent: "support-assistant",
      owner: "luca",
      status: "PENDING",
      resource: "claims",
      resourceArn: "arn:aws:s3:::data-production/claims/*",
      environment: "production",
      access: "read",
      scope: '{"prefix":"2026/"}',
      masked: false,
      windowSeconds: 1_800,
      purpose: "answer a customer",
      digest: x.pending().grant.digest,
      decision: "needs_approval",
      rules: "routine",
      policyVersion: "sha256:policy",
      role: "latchkey-access-production-data",
    });
  });
  it("is what the ask named beside that, and no empty fact where it named nothing", () => {
    const more = {
      task: "T1",
      ticket: "INC-7",
      onBehalfOf: "maya",
      model: "m-1",
      extends: "aaaaaaaaaaaaaaaa",
    };
    const { grant } = x.approved(more);
    const glass = {
      ...grant,
      agent: { ...grant.agent, team: "care" },
      decision: { ...grant.decision, breakGlass: { rule: "b", skipped: [] } },
    };
    expect(grantFacts(glass)).toMatchObject({ ...more, team: "care", breakGlass: true });
    const bare = grantFacts({ ...x.pending().grant, scope: undefined });
    for (const name of OPTIONAL) expect(bare).not.toHaveProperty(name);
  });
  it("is its window and attempt once they are fixed; while a rotation is claimed, the attempt of that", () => {
    expect(grantFacts(x.activating().grant)).toMatchObject({
      startsAt: "2026-11-21T09:30:01Z",
      endsAt: "2026-11-21T10:00:01Z",
      attempt: 1,
    });
    for (const name of ["startsAt", "endsAt", "attempt"])
      expect(grantFacts(x.approved().grant)).not.toHaveProperty(name);
    const DUE = "2026-11-21T10:15:00.000Z";
    const { grant } = x.active({ windowSeconds: 10_800 }, DUE);
    const rotating = rotation.claimRotation(grant, x.moment({ now: epochMs(DUE) })).after;
    expect(grantFacts(rotating as GrantIn<"ACTIVE">)).toMatchObject({ attempt: 2 });
  });
  it("is how it was closed, and the detail where there is one", () => {
    expect(grantFacts(x.lives.DENIED().grant)).toMatchObject({
      code: "policy_denied",
      reason: "environments do not mix",
    });
    expect(grantFacts(x.lives.CANCELLED().grant)).toMatchObject({ code: "released" });
    expect(grantFacts(x.lives.CANCELLED().grant)).not.toHaveProperty("reason");
    expect(grantFacts(x.active().grant)).not.toHaveProperty("code");
  });
});

describe("a decision as flat facts", () => {
  const { decision } = x.pending(x.TWO).grant;

  it("tells the stages and how many yeses they need in all", () => {
    expect(planText(decision.plan)).toBe("1:privacy:2,2:data-owners:1");
    expect(planFacts(decision)).toEqual({ plan: "1:privacy:2,2:data-owners:1", approvalsNeeded: 3 });
  });
  it("needs none where it passes at once, and says nothing of people where it is a no", () => {
    expect(planFacts(x.approved().grant.decision)).toEqual({ approvalsNeeded: 0 });
    expect(planFacts({ ...decision, outcome: "deny" })).toEqual({});
  });
  it("tells the score and each factor with its points", () => {
    const factors = [
      { name: "access", points: 10, detail: "d" },
      { name: "window", points: 5, detail: "d" },
    ];
    expect(riskFacts({ score: 15, band: "low", factors })).toEqual({
      riskScore: 15,
      riskFactors: "access=10,window=5",
    });
    expect(riskFacts(undefined)).toEqual({});
  });
});

describe("a step (I-17, I-41)", () => {
  it("is none that the table does not have: neither from there, nor to there", () => {
    const { grant } = x.pending();
    const moment = x.moment();
    expect(() => makeStep("claim", { before: grant, after: grant }, moment)).toThrow(
      /no move claim from PENDING/,
    );
    expect(() => makeStep("expire", { before: grant, after: grant }, moment)).toThrow(/to PENDING/);
    expect(() => makeStep("request", { before: grant, after: grant }, moment)).toThrow(RangeError);
    expect(() => makeStep("cancel", { before: undefined, after: grant }, moment)).toThrow(/from/);
  });
  it("begins a chain of its own, and goes on with the one that there is (I-48)", () => {
    const { grant, kept } = x.activating();
    expect(kept.map(({ event }) => event.chain)).toEqual([
      { sequence: 1, previous: null },
      { sequence: 2, previous: kept[0]?.hash },
    ]);
    expect(kept.map(({ event }) => event.id)).toEqual(
      [`${grant.id}.1`, `${grant.id}.2`].map((id) => expect.stringContaining(id.slice(0, 16))),
    );
    expect(grant).toMatchObject({ version: 2, writer: "w", chain: { sequence: 2, hash: kept[1]?.hash } });
  });
});
