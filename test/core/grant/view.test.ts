import { describe, expect, it } from "vitest";
import { grantView } from "../../../functions/core/api/schemas.ts";
import type { Status } from "../../../functions/core/grant/grant.ts";
import { grantViewOf } from "../../../functions/core/grant/view.ts";
import { lives, pending, TWO } from "./example.ts";

describe("a grant as the API shows it", () => {
  it.each(Object.keys(lives) as Status[])("is what the contract says, in %s", (status) => {
    const { grant, kept } = lives[status]();
    const view = grantViewOf(grant, { events: kept.map(({ event }) => event) });
    expect(grantView.parse(view)).toEqual(view);
    expect(view.timeline?.map(({ sequence }) => sequence)).toEqual(kept.map((_, index) => index + 1));
    expect(view.timeline?.at(-1)?.status).toBe(status);
  });

  it("shows times only where they have a meaning", () => {
    expect(grantViewOf(lives.PENDING().grant).window).toEqual({ seconds: 1_800 });
    expect(grantViewOf(lives.ACTIVE().grant).window).toEqual({
      seconds: 1_800,
      startsAt: "2026-11-21T09:30:01Z",
      endsAt: "2026-11-21T10:00:01Z",
    });
  });

  it("says how often to ask again while people are waited for, and only then", () => {
    for (const make of Object.values(lives)) {
      const { grant } = make();
      expect(grantViewOf(grant).retryAfterSeconds !== undefined).toBe(grant.status === "PENDING");
    }
  });

  it("shows a no apart from the yeses", () => {
    const [stage] = grantViewOf(lives.REJECTED().grant).decision.plan;
    expect(stage).toMatchObject({ status: "rejected", approved: [], rejected: { person: "priya" } });
    const open = grantViewOf(lives.PENDING().grant).decision.plan;
    expect(open.every((each) => each.rejected === undefined)).toBe(true);
  });

  it("shows no bookkeeping: neither writer, nor version, nor who the caller is in IAM", () => {
    const text = JSON.stringify(grantViewOf(pending(TWO).grant));
    expect(text).not.toMatch(/writer|version"|uniqueId|AIDA|latchkey-access/);
  });
});
