import { describe, expect, it } from "vitest";
import { grantView } from "../../../functions/core/api/schemas.ts";
import type { Status } from "../../../functions/core/grant/grant.ts";
import * as moves from "../../../functions/core/grant/moves.ts";
import { decisionView, grantViewOf, plannedStages } from "../../../functions/core/grant/view.ts";
import { active, approved, askFor, lives, moment, pending, TWO } from "./example.ts";

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

  it("shows a stage that waits for people with its time, and none of that once the grant is closed", () => {
    const [open, next] = grantViewOf(pending(TWO).grant).decision.plan;
    expect(open).toMatchObject({ status: "open", decideBy: "2026-11-22T09:30:00Z", approved: [] });
    expect(next?.status).toBe("waiting");
    const [closed] = grantViewOf(lives.CANCELLED().grant).decision.plan;
    expect(closed?.status).toBe("waiting");
    expect(closed).not.toHaveProperty("decideBy");
  });

  it("shows a stage that has its yeses with them and with its time, also when a later one waits", () => {
    const [one, two] = [pending([{ group: "privacy", quorum: 1 }, ...TWO]).grant, { person: "priya" }];
    const [stage] = grantViewOf(moves.approve(one, two, moment()).after).decision.plan;
    expect(stage).toMatchObject({ status: "approved", approved: [{ person: "priya" }] });
    expect(stage).toHaveProperty("decideBy");
    expect(stage).not.toHaveProperty("rejected");
  });

  it("shows what the ask named, and nothing for what it did not", () => {
    const named = {
      task: "T1",
      ticket: "INC-7",
      onBehalfOf: "maya",
      model: "m",
      extends: "aaaaaaaaaaaaaaaa",
    };
    expect(grantViewOf(approved(named).grant)).toMatchObject({ ...named, scope: { prefix: "2026/" } });
    const bare = grantViewOf({ ...approved().grant, scope: undefined });
    for (const name of [
      "scope",
      ...Object.keys(named),
      "closing",
      "proof",
      "extendedBy",
      "liveUntil",
      "timeline",
    ])
      expect(bare).not.toHaveProperty(name);
  });

  it("shows how it ended, by what proof, until when sessions live, and what extends it", () => {
    expect(grantViewOf(lives.REVOKED().grant)).toMatchObject({
      closing: { code: "released" },
      proof: "probed",
    });
    const { grant } = active();
    const left = moves.letExpire(grant, grant.endsAt, moment()).after;
    expect(grantViewOf(left)).toMatchObject({ liveUntil: grant.endsAt });
    expect(grantViewOf(lives.ENDED().grant)).not.toHaveProperty("liveUntil");
    expect(grantViewOf(grant, { extendedBy: "bbbbbbbbbbbbbbbb" })).toMatchObject({
      extendedBy: "bbbbbbbbbbbbbbbb",
    });
  });

  it("shows its timeline in order of time, and of one instant in the order of the chain, with codes", () => {
    const { grant, kept } = lives.REVOKED();
    const events = kept.map(({ event }) => event);
    const timeline = grantViewOf(grant, { events: events.toReversed() }).timeline ?? [];
    expect(timeline.map(({ time }) => time)).toEqual(events.map(({ time }) => time));
    expect(timeline.map(({ code }) => code)).toEqual([
      undefined,
      undefined,
      undefined,
      "released",
      "released",
    ]);
    const together = events.map((event) => ({ ...event, time: "2026-11-21T09:30:00.000Z" }));
    const same = grantViewOf(grant, { events: together }).timeline ?? [];
    expect(same.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  });

  it("shows of a decision that was not kept the stages that it would have had", () => {
    const { decision } = askFor(TWO);
    expect(plannedStages(decision)).toEqual(
      decision.plan.map((stage) => ({ ...stage, status: "waiting", decided: [] })),
    );
    const risk = { score: 1, band: "low", factors: [] };
    const more = { risk, alternatives: [], breakGlass: { rule: "b", skipped: [] } };
    expect(decisionView({ ...decision, ...more }, [])).toMatchObject(more);
    for (const name of Object.keys(more)) expect(decisionView(decision, [])).not.toHaveProperty(name);
  });

  it("shows no bookkeeping: neither writer, nor version, nor who the caller is in IAM", () => {
    const text = JSON.stringify(grantViewOf(pending(TWO).grant));
    expect(text).not.toMatch(/writer|version"|uniqueId|AIDA|latchkey-access/);
  });
});
