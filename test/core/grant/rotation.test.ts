import { describe, expect, it } from "vitest";
import type { GrantIn } from "../../../functions/core/grant/grant.ts";
import * as rotation from "../../../functions/core/grant/rotation.ts";
import { epochMs, isoMillis } from "../../../functions/core/time.ts";
import * as x from "./example.ts";

const DUE = "2026-11-21T10:15:00.000Z";
/** A window of three hours whose session should have a successor at `DUE`. */
const long = (rotateAt: string | undefined = DUE) => x.active({ windowSeconds: 10_800 }, rotateAt).grant;
const at = (ms: number) => x.moment({ now: epochMs(DUE) + ms });
const claimed = (before = long(), ms = 0) =>
  rotation.claimRotation(before, at(ms)).after as GrantIn<"ACTIVE">;
const missed = (before: GrantIn<"ACTIVE">, ms: number, detail?: string) =>
  rotation.missRotation(before, { code: "AccessDenied", detail }, at(ms));

describe("when a session should have a successor", () => {
  const window = { endsAt: "2026-11-21T12:00:00Z" };
  const END = epochMs(window.endsAt);
  const LEAD = 900_000;

  it("is a lead before its end, or now when that is past", () => {
    const now = END - 7_200_000;
    expect(rotation.rotateAtOf({ endsAt: END - 3_600_000, now }, window, LEAD)).toBe(
      "2026-11-21T10:45:00.000Z",
    );
    const late = END - 3_600_000 - 60_000;
    expect(rotation.rotateAtOf({ endsAt: END - 3_600_000, now: late }, window, LEAD)).toBe(isoMillis(late));
  });
  it("is never when it lasts as long as the window, or five seconds less", () => {
    const rotateAt = (before: number) =>
      rotation.rotateAtOf({ endsAt: END - before, now: END - 3_600_000 }, window, LEAD);
    expect([rotateAt(-1_000), rotateAt(0), rotateAt(5_000)]).toEqual([undefined, undefined, undefined]);
    expect(rotateAt(5_001)).toBe(isoMillis(END - 5_001 - LEAD));
  });
});

describe("a rotation may be claimed (I-02)", () => {
  it("from when it is due", () => expect(rotation.nextRotation(long())).toBe(epochMs(DUE)));

  it("never, when none is due before the window's end", () => {
    const { grant } = x.active({ windowSeconds: 10_800 });
    expect(rotation.nextRotation(grant)).toBeUndefined();
    expect(rotation.nextRotation(long(isoMillis(epochMs(grant.endsAt) - 1)))).toBe(epochMs(grant.endsAt) - 1);
    expect(rotation.nextRotation(long(isoMillis(epochMs(grant.endsAt))))).toBeUndefined();
  });
  it("again when the run that claimed one is surely dead, twice as long after each, ten minutes at most", () => {
    let grant = claimed();
    const waits = [];
    for (let turn = 0; turn < 6; turn += 1) {
      const next = rotation.nextRotation(grant) ?? 0;
      waits.push(next - epochMs(grant.rotating?.claimedAt ?? ""));
      grant = claimed(grant, next - epochMs(DUE));
    }
    expect(waits).toEqual([60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
  });
  it("not a millisecond sooner, nor where none is due", () => {
    expect(() => claimed(long(), -1)).toThrow(RangeError);
    expect(() => claimed(claimed(), 59_999)).toThrow(RangeError);
    expect(() => claimed(x.active({ windowSeconds: 10_800 }).grant)).toThrow(RangeError);
    expect(claimed(claimed(), 60_000).rotating?.attempt).toBe(3);
  });
});

describe("an attempt of a rotation", () => {
  it("has a number that none before it had, also after one that delivered nothing (I-06)", () => {
    const one = claimed();
    const two = missed(one, 1_000).after as GrantIn<"ACTIVE">;
    const three = claimed(two, 61_000);
    expect([one.rotating?.attempt, three.rotating?.attempt]).toEqual([2, 3]);
    expect([one.attempt, two.attempt, three.attempt]).toEqual([1, 1, 1]);
    const { after } = rotation.rotate(three, { policyVersion: "v", rotateAt: undefined }, at(62_000));
    expect(after).toMatchObject({ attempt: 3, claimedAt: three.rotating?.claimedAt, endsAt: three.endsAt });
    for (const gone of ["rotating", "rotateAt", "lastAttempt"]) expect(after).not.toHaveProperty(gone);
  });
  it("names its session in each of its events", () => {
    const name = "lk.support.k7m2qx4zabcd2345.2";
    const taken = rotation.claimRotation(long(), at(0));
    const grant = taken.after as GrantIn<"ACTIVE">;
    const minted = { policyVersion: "v9", rotateAt: "2026-11-21T11:00:00.000Z" };
    const done = rotation.rotate(grant, minted, at(1));
    for (const { event } of [taken, done, missed(grant, 1)])
      expect(event.event.facts).toMatchObject({ attempt: 2, sessionName: name });
    expect(done.event.event.facts).toMatchObject({ policyVersion: "v9" });
    expect(done.after).toMatchObject({ rotateAt: minted.rotateAt });
  });
  it("that delivered nothing says why, and the next is due after a minute, then after two", () => {
    const one = missed(claimed(), 5_000, "AWS refused");
    expect(one.event.event.facts).toMatchObject({ code: "AccessDenied", reason: "AWS refused" });
    expect(one.after).toMatchObject({ rotateAt: isoMillis(epochMs(DUE) + 65_000) });
    const two = missed(claimed(one.after as GrantIn<"ACTIVE">, 65_000), 66_000);
    expect(two.after).toMatchObject({ rotateAt: isoMillis(epochMs(DUE) + 66_000 + 120_000) });
    expect(two.event.event.facts).not.toHaveProperty("reason");
  });
  it("that nobody has claimed is neither delivered nor missed", () => {
    expect(() => missed(long(), 0)).toThrow(RangeError);
    expect(() => rotation.rotate(long(), { policyVersion: "v", rotateAt: undefined }, at(0))).toThrow(
      RangeError,
    );
  });
});
