import { describe, expect, it } from "vitest";
import type { GrantIn } from "../../../functions/core/grant/grant.ts";
import { openStage } from "../../../functions/core/grant/grant.ts";
import * as moves from "../../../functions/core/grant/moves.ts";
import { againDue, nextInWorkflow } from "../../../functions/core/grant/schedule.ts";
import { epochMs, isoMillis } from "../../../functions/core/time.ts";
import * as x from "./example.ts";

const START = "2026-11-21T10:00:00Z";
const PRIVACY = { group: "privacy", quorum: 1 };
const at = (ms: number) => x.moment({ now: x.T0 + ms, by: x.PRIYA });
const stages = (grant: { stages: readonly { status: string }[] }) => grant.stages.map(({ status }) => status);
const MINUTE = 60_000;

describe("how long a stage waits for people (I-20)", () => {
  const [stage] = x.pending([{ ...PRIVACY, within: 3_600 }]).grant.stages;

  it("is what its rule says, else a day", () => {
    const { grant } = x.pending([{ ...PRIVACY, within: 3_600 }]);
    expect(grant.stages[0]?.decideBy).toBe("2026-11-21T10:30:00Z");
    expect(stage?.openedAt).toBe(isoMillis(x.T0));
    expect(moves.request(x.askFor(x.ONE), at(0)).after.stages[0]?.decideBy).toBe("2026-11-22T09:30:00Z");
    const hour = moves.request(x.askFor([{ ...PRIVACY, within: 3_600 }]), at(0)).after;
    expect(hour.stages[0]?.decideBy).toBe("2026-11-21T10:30:00Z");
  });
  it("is no longer than an approval for a later start would last", () => {
    const { after } = moves.request(x.askFor(x.ONE, { requestedStart: START }), at(0));
    expect(after.stages[0]?.decideBy).toBe("2026-11-21T10:15:00Z");
  });
  it("has a second group for its last quarter, where the rule names one", () => {
    const level = { ...PRIVACY, within: 3_600, escalateTo: "security" };
    const { after } = moves.request(x.askFor([level]), at(0));
    expect(after.stages[0]?.escalateAt).toBe("2026-11-21T10:15:00Z");
  });
  it("is over at half its time: people are reminded then, and at the very moment of escalation", () => {
    const level = { ...PRIVACY, within: 3_600, escalateTo: "security" };
    const { after } = moves.request(x.askFor([level]), at(0));
    const [{ openedAt = "", decideBy = "", escalateAt = "" } = {}] = after.stages;
    const half = (epochMs(openedAt) + epochMs(decideBy)) / 2;
    const due = (now: number) => againDue(after, now);
    expect([due(half - 1), due(half)]).toEqual([undefined, "reminder"]);
    expect([due(epochMs(escalateAt) - 1), due(epochMs(escalateAt))]).toEqual(["reminder", "escalation"]);
    expect(againDue(x.approved().grant, half)).toBeUndefined();
  });
});

describe("a word on a stage", () => {
  const SIGNED = [{ ...PRIVACY, channel: "signed" as const }];

  it("is taken signed only, where the rule takes no other", () => {
    const { grant } = x.pending(SIGNED);
    for (const say of [moves.approve, moves.reject]) {
      expect(() => say(grant, { person: "priya" }, at(1))).toThrow(RangeError);
      expect(say(grant, { person: "priya", channel: "signed" }, at(1)).after.stages[0]?.decided).toEqual([
        { person: "priya", at: isoMillis(x.T0 + 1), channel: "signed" },
      ]);
    }
  });
  it("keeps what the person said, how, and of which team, in the grant and in the event (I-47)", () => {
    const word = { person: "priya", team: "care", comment: "fine", channel: "signed" as const };
    const yes = moves.approve(x.pending().grant, word, at(1));
    expect(yes.after.stages[0]?.decided).toEqual([
      { person: "priya", at: isoMillis(x.T0 + 1), comment: "fine", channel: "signed" },
    ]);
    const facts = { stage: 1, group: "privacy", channel: "signed", approverTeam: "care" };
    expect(yes.event.event.facts).toMatchObject({ ...facts, reason: "fine" });
    const no = moves.reject(x.pending().grant, word, at(1));
    expect(no.event.event.facts).toMatchObject({ ...facts, reason: "fine" });
    expect(no.after).toMatchObject({ closing: { code: "rejected", detail: "fine", by: "priya" } });
    const plain = moves.approve(x.pending().grant, { person: "priya" }, at(1)).event.event.facts;
    for (const name of ["channel", "approverTeam", "reason"]) expect(plain).not.toHaveProperty(name);
  });
  it("opens the next stage and no other, once its own is full (I-13)", () => {
    const { grant } = x.pending([
      PRIVACY,
      { group: "data-owners", quorum: 1 },
      { group: "security", quorum: 1 },
    ]);
    const second = moves.approve(grant, { person: "a" }, at(1)).after as GrantIn<"PENDING">;
    expect(stages(second)).toEqual(["approved", "open", "waiting"]);
    const third = moves.approve(second, { person: "b" }, at(2)).after;
    expect(stages(third)).toEqual(["approved", "approved", "open"]);
    expect(third.stages[0]).toEqual(second.stages[0]);
  });
  it("has no stage where none is open", () => {
    const { grant } = x.pending();
    const closed = {
      ...grant,
      stages: grant.stages.map((stage) => ({ ...stage, status: "waiting" as const })),
    };
    expect(() => moves.approve(closed, { person: "priya" }, at(1))).toThrow(/no stage is open/);
    for (const life of [x.lives.EXPIRED, x.lives.CANCELLED]) expect(openStage(life().grant)).toBeUndefined();
  });
});

describe("what an ending tells (I-47)", () => {
  const why = { code: "any", detail: "because", facts: { lockdown: "b".repeat(16) } };

  it("is what its caller adds, whichever ending it is", () => {
    for (const step of [
      moves.cancel(x.approved().grant, why, at(1)),
      moves.deny(x.approved().grant, why, at(1)),
      moves.stop(x.active().grant, why, at(1)),
    ])
      expect(step.event.event.facts).toMatchObject({ code: "any", reason: "because", ...why.facts });
  });
  it("is what was asked and planned, at the first move", () => {
    const { event } = moves.request(x.askFor(x.TWO), at(0), { capSeconds: 900 });
    expect(event.event.facts).toMatchObject({ approvalsNeeded: 3, capSeconds: 900 });
  });
  it("is how long a denial took that was probed, and nothing of that where the window ended first", () => {
    const { grant } = x.revoking();
    const proven = (ms: number, proof: "probed" | "expired" | "no_session") =>
      moves.confirm(grant, proof, x.moment({ now: epochMs(grant.stoppedAt) + ms })).event.event.facts;
    expect(proven(20_000, "probed")).toMatchObject({ proof: "probed", latencyMs: 20_000 });
    expect(proven(-5, "probed")).toMatchObject({ latencyMs: 0 });
    for (const proof of ["expired", "no_session"] as const)
      expect(proven(20_000, proof)).not.toHaveProperty("latencyMs");
  });
  it("is until when sessions live, where they are left to end by themselves", () => {
    const { grant } = x.active();
    const { after, event } = moves.letExpire(grant, grant.endsAt, at(5_000));
    expect(after).toMatchObject({
      status: "ENDED",
      liveUntil: grant.endsAt,
      closedAt: isoMillis(x.T0 + 5_000),
      closing: { code: "released", by: "priya" },
      attempt: 1,
    });
    expect(event.event.facts).toMatchObject({ status: "ENDED", code: "released" });
  });
});

describe("a claim for a later start", () => {
  const { grant } = x.approved({ requestedStart: START });
  const claim = (ms: number) => moves.claim(grant, x.moment({ now: epochMs(START) + ms }));

  it("is none before it: a session has no beginning of its own", () => {
    expect(() => claim(-1)).toThrow(RangeError);
  });
  it("has the window that was asked for, however late it comes (I-04)", () => {
    for (const ms of [0, 10 * MINUTE])
      expect(claim(ms).after).toMatchObject({ startsAt: START, endsAt: "2026-11-21T10:30:00Z", attempt: 1 });
  });
  it("is a permit's where the grant is of an action: no session is minted", () => {
    const approved = x.approved().grant;
    const action = { ...approved, resource: { ...approved.resource, kind: "action" as const } };
    expect(nextInWorkflow(action, x.T0)).toMatchObject({ next: "permit" });
    expect(nextInWorkflow(approved, x.T0)).toMatchObject({ next: "mint" });
  });
});
