import { describe, expect, it } from "vitest";
import { clockFacts, clockPolicy } from "../../../functions/core/policy/clock.ts";

const office = { from: 8, to: 18, days: [1, 2, 3, 4, 5] };
const berlin = { timeZone: "Europe/Berlin", workingHours: office };
const at = (iso: string, policy = berlin) => clockFacts(policy, Date.parse(iso));

describe("the company's clock", () => {
  it.each([
    ["winter", "2026-11-17T16:59:59Z", { hour: 17, weekday: 2, workingHours: true }],
    ["six in the evening of winter", "2026-11-17T17:00:00Z", { hour: 18, weekday: 2, workingHours: false }],
    ["summer", "2026-07-14T16:00:00Z", { hour: 18, weekday: 2, workingHours: false }],
    ["midnight, which is 0 and not 24", "2026-11-17T23:00:00Z", { hour: 0, weekday: 3, workingHours: false }],
    ["Saturday at noon", "2026-11-21T11:00:00Z", { hour: 12, weekday: 6, workingHours: false }],
    ["Sunday, which is 7", "2026-11-22T11:00:00Z", { hour: 12, weekday: 7, workingHours: false }],
    ["the hour that summer time skips", "2026-03-29T01:00:00Z", { hour: 3, weekday: 7, workingHours: false }],
    ["the hour that comes twice", "2026-10-25T01:30:00Z", { hour: 2, weekday: 7, workingHours: false }],
    ["the first second of work", "2026-11-17T07:00:00Z", { hour: 8, weekday: 2, workingHours: true }],
    ["the last second before work", "2026-11-17T06:59:59Z", { hour: 7, weekday: 2, workingHours: false }],
  ])("says of %s what the wall says", (_, iso, facts) => expect(at(iso)).toEqual(facts));

  it("hangs where the policy says", () => {
    const iso = "2026-11-17T23:30:00Z";
    const there = (timeZone: string) => at(iso, { timeZone, workingHours: office });
    expect(there("UTC")).toEqual({ hour: 23, weekday: 2, workingHours: false });
    expect(there("Asia/Kolkata")).toEqual({ hour: 5, weekday: 3, workingHours: false });
    expect(there("America/Los_Angeles")).toEqual({ hour: 15, weekday: 2, workingHours: true });
  });

  it.each(["+01:00", "Europe/Atlantis", "", "CEST-nonsense", "-0500"])(
    "is refused in zone %j",
    (timeZone) => {
      expect(clockPolicy.safeParse({ timeZone, workingHours: office }).success).toBe(false);
    },
  );

  it.each([
    [18, 8, false],
    [9, 9, false],
    [9, 10, true],
  ])("with work from %i to %i is taken: %s", (from, to, success) => {
    const read = clockPolicy.safeParse({ timeZone: "UTC", workingHours: { ...office, from, to } });
    expect(read.success).toBe(success);
    if (!read.success) expect(read.error.issues[0]?.message).toBe("must begin before they end");
  });
});
