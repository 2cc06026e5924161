import { describe, expect, it } from "vitest";
import type { Grant, GrantIn } from "../../../functions/core/grant/grant.ts";
import * as rotation from "../../../functions/core/grant/rotation.ts";
import { claimIsDead, machineActsWithin, overdueAt } from "../../../functions/core/grant/schedule.ts";
import { epochMs } from "../../../functions/core/time.ts";
import * as x from "./example.ts";

const START = "2026-11-21T10:00:00Z";
const CLAIMED = x.T0 + 1_000;

describe("who acts next", () => {
  const within = (grant: Grant, now = x.T0, ms = 5_000) => machineActsWithin(grant, now, ms);

  it("is a machine while a grant is minted, or its denial is written: a client may wait for it", () => {
    expect([within(x.activating().grant), within(x.revoking().grant)]).toEqual([true, true]);
    expect(within(x.approved().grant)).toBe(true);
  });
  it("is a machine in time for a start that is that near, and not for a later one", () => {
    const { grant } = x.approved({ requestedStart: START });
    expect([within(grant, epochMs(START) - 5_000), within(grant, epochMs(START) - 5_001)]).toEqual([
      true,
      false,
    ]);
  });
  it("is a person, or nobody, in every other status", () => {
    const { APPROVED: _a, ACTIVATING: _b, REVOKING: _c, ...others } = x.lives;
    for (const life of Object.values(others)) expect(within(life().grant)).toBe(false);
  });
});

describe("a claim", () => {
  it("holds for a minute: then the run that made it is surely dead (I-02)", () => {
    const { grant } = x.activating();
    expect([claimIsDead(grant, CLAIMED + 59_999), claimIsDead(grant, CLAIMED + 60_000)]).toEqual([
      false,
      true,
    ]);
  });
  it("is none in another status, however old", () => {
    for (const grant of [x.approved().grant, x.active().grant, x.revoking().grant])
      expect(claimIsDead(grant, CLAIMED + 86_400_000)).toBe(false);
  });
});

describe("a workflow that lives has claimed the next attempt", () => {
  it("a minute after the approval, or after the start that was asked for", () => {
    expect(overdueAt(x.approved().grant)).toBe(x.T0 + 60_000);
    expect(overdueAt(x.approved({ requestedStart: START }).grant)).toBe(epochMs(START) + 60_000);
  });
  it("a quarter of a minute after the claim before it is dead", () => {
    expect(overdueAt(x.activating().grant)).toBe(CLAIMED + 60_000 + 15_000);
  });
  it("a quarter of a minute after a rotation is due, and never where none is", () => {
    const DUE = "2026-11-21T10:15:00.000Z";
    const { grant } = x.active({ windowSeconds: 10_800 }, DUE);
    expect(overdueAt(grant)).toBe(epochMs(DUE) + 15_000);
    expect(overdueAt(x.active().grant)).toBeUndefined();
    const moment = x.moment({ now: epochMs(DUE) });
    const rotating = rotation.claimRotation(grant, moment).after as GrantIn<"ACTIVE">;
    expect(overdueAt(rotating)).toBe(epochMs(DUE) + 60_000 + 15_000);
  });
});
