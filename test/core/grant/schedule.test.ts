import { describe, expect, it } from "vitest";
import type { Grant, Status } from "../../../functions/core/grant/grant.ts";
import * as moves from "../../../functions/core/grant/moves.ts";
import * as rotation from "../../../functions/core/grant/rotation.ts";
import {
  againDue,
  askInput,
  grantInput,
  nextCheck,
  nextInWorkflow,
  workflowState,
} from "../../../functions/core/grant/schedule.ts";
import { isTerminal } from "../../../functions/core/grant/transitions.ts";
import { epochMs, isoMillis } from "../../../functions/core/time.ts";
import * as x from "./example.ts";

const at = (seconds: number) => x.T0 + seconds * 1_000;
const GROUP = { group: "privacy", quorum: 1 };
const ESCALATING = [{ ...GROUP, escalateTo: "security" }];
const START = "2026-11-21T10:00:00Z";
const secondStage = (): Grant => {
  const { grant } = x.pending([x.ONE, x.ONE].flat());
  return moves.approve(grant, { person: "priya" }, x.moment()).after;
};
const later = (change = {}) => x.approved({ requestedStart: START, ...change }).grant;
const long = () => x.active({ windowSeconds: 10_800 }, "2026-11-21T10:15:00.000Z").grant;
const rotating = (): Grant =>
  rotation.claimRotation(long(), x.moment({ now: epochMs("2026-11-21T10:15:05Z") })).after;
const terminal = (Object.keys(x.lives) as Status[]).filter(isTerminal);

const nexts: { rule: string; grant: Grant; now: number; next: Record<string, unknown> }[] = [
  {
    rule: "PENDING asks for its open stage",
    grant: x.pending().grant,
    now: at(0),
    next: { next: "ask", stage: 1 },
  },
  {
    rule: "the second stage is asked for in its turn",
    grant: secondStage(),
    now: at(1),
    next: { next: "ask", stage: 2 },
  },
  { rule: "APPROVED is minted at once", grant: x.approved().grant, now: at(0), next: { next: "mint" } },
  {
    rule: "APPROVED for later waits for its start",
    grant: later(),
    now: at(0),
    next: { next: "waitToMint", until: "2026-11-21T10:00:00.000Z" },
  },
  {
    rule: "and a millisecond before it still does",
    grant: later(),
    now: epochMs(START) - 1,
    next: { next: "waitToMint", until: "2026-11-21T10:00:00.000Z" },
  },
  { rule: "at its start it is minted", grant: later(), now: epochMs(START), next: { next: "mint" } },
  {
    rule: "ACTIVATING waits until the claiming run is surely dead (I-02)",
    grant: x.activating().grant,
    now: at(5),
    next: { next: "waitToMint", until: "2026-11-21T09:31:01.250Z" },
  },
  {
    rule: "ACTIVE waits for its end",
    grant: x.active().grant,
    now: at(5),
    next: { next: "waitToEnd", until: "2026-11-21T10:00:01.000Z" },
  },
  {
    rule: "ACTIVE for longer than its session waits for the next one, by a name that older machines know (I-35)",
    grant: long(),
    now: at(5),
    next: { next: "waitToMint", until: "2026-11-21T10:15:00.000Z", endsAt: "2026-11-21T12:30:01Z" },
  },
  {
    rule: "and when that is due, it is minted",
    grant: long(),
    now: epochMs("2026-11-21T10:15:00.000Z"),
    next: { next: "mint", endsAt: "2026-11-21T12:30:01Z" },
  },
  {
    rule: "while a rotation is under way, until its run is surely dead (I-02)",
    grant: rotating(),
    now: epochMs("2026-11-21T10:15:10Z"),
    next: { next: "waitToMint", until: "2026-11-21T10:16:05.000Z", endsAt: "2026-11-21T12:30:01Z" },
  },
  {
    rule: "one that would come after the end never comes",
    grant: x.active({}, "2026-11-21T10:00:01.000Z").grant,
    now: at(5),
    next: { next: "waitToEnd", until: "2026-11-21T10:00:01.000Z" },
  },
  {
    rule: "one that is due when the window is over never comes",
    grant: long(),
    now: epochMs("2026-11-21T12:30:01Z"),
    next: { next: "waitToEnd", until: "2026-11-21T12:30:01.000Z" },
  },
  {
    rule: "REVOKING too: nothing may be forgotten (I-25)",
    grant: x.revoking().grant,
    now: at(5),
    next: { next: "waitToEnd", until: "2026-11-21T10:00:01.000Z" },
  },
  ...terminal.map((status) => ({
    rule: `${status} is over (I-17)`,
    grant: x.lives[status]().grant,
    now: at(9),
    next: { next: "over" },
  })),
];

describe("what comes next in the workflow", () => {
  it.each(nexts)("$rule", ({ grant, now, next }) => {
    const state = nextInWorkflow(grant, now);
    expect(state).toEqual({ schema: 1, grantId: grant.id, ...next });
    expect(workflowState.parse(state)).toEqual(state);
  });

  it("is said for every status", () => {
    expect([...new Set(nexts.map(({ grant }) => grant.status))].sort()).toEqual(Object.keys(x.lives).sort());
  });

  it("is never anything but ids and times (I-09)", () => {
    const state = { schema: 1, grantId: "k7m2qx4zabcd2345", next: "mint" };
    expect(workflowState.safeParse({ ...state, taskToken: "t" }).success).toBe(false);
    expect(workflowState.safeParse({ ...state, credentials: {} }).success).toBe(false);
    expect(grantInput.safeParse({ schema: 1, grantId: "k7m2qx4zabcd2345", next: "mint" }).success).toBe(
      false,
    );
    expect(askInput.safeParse({ schema: 1, grantId: "k7m2qx4zabcd2345", stage: 1 }).success).toBe(false);
  });
});

// After a move, sweep looks a minute later whether its follow-up came; after a look that found all well, at the deadline.
const checks: { rule: string; grant: Grant; since: "move" | "look"; now: number; due: string }[] = [
  {
    rule: "PENDING, just asked",
    grant: x.pending().grant,
    since: "move",
    now: at(0),
    due: isoMillis(at(60)),
  },
  {
    rule: "PENDING, seen",
    grant: x.pending().grant,
    since: "look",
    now: at(60),
    due: "2026-11-21T21:30:00.125Z", // half of its 24 hours
  },
  {
    rule: "PENDING, past half its time",
    grant: x.pending().grant,
    since: "look",
    now: at(43_201),
    due: "2026-11-22T09:30:00.000Z",
  },
  {
    rule: "PENDING, past half its time, with a second group",
    grant: x.pending(ESCALATING).grant,
    since: "look",
    now: at(43_201),
    due: "2026-11-22T03:30:00.000Z", // three quarters
  },
  {
    rule: "PENDING, with both groups asked",
    grant: x.pending(ESCALATING).grant,
    since: "look",
    now: at(64_801),
    due: "2026-11-22T09:30:00.000Z",
  },
  {
    rule: "PENDING under a rule with a time of its own",
    grant: x.pending([{ ...GROUP, within: 600 }]).grant,
    since: "look",
    now: at(60),
    due: "2026-11-21T09:35:00.125Z",
  },
  {
    rule: "PENDING, overdue",
    grant: x.pending().grant,
    since: "look",
    now: at(90_000),
    due: "2026-11-22T09:30:00.000Z",
  },
  {
    rule: "APPROVED, just now",
    grant: x.approved().grant,
    since: "move",
    now: at(0),
    due: isoMillis(at(60)),
  },
  {
    rule: "APPROVED, seen: the workflow that was started is given five minutes",
    grant: x.approved().grant,
    since: "look",
    now: at(60),
    due: isoMillis(at(360)),
  },
  {
    rule: "APPROVED, seen again, at the latest when its time is over",
    grant: x.approved().grant,
    since: "look",
    now: at(700),
    due: "2026-11-21T09:45:00.000Z",
  },
  {
    rule: "APPROVED for later, seen",
    grant: later(),
    since: "look",
    now: at(60),
    due: "2026-11-21T10:01:00.000Z",
  },
  {
    rule: "ACTIVATING, when its lease is over",
    grant: x.activating().grant,
    since: "move",
    now: at(1),
    due: "2026-11-21T09:31:16.250Z",
  },
  {
    rule: "ACTIVATING late, when its window is over before its lease",
    grant: moves.claim(later({ windowSeconds: 60 }), x.moment({ now: epochMs(START) + 30_000 })).after,
    since: "move",
    now: epochMs(START) + 30_000,
    due: "2026-11-21T10:01:15.000Z",
  },
  {
    rule: "ACTIVE, a little after its end",
    grant: x.active().grant,
    since: "move",
    now: at(2),
    due: "2026-11-21T10:00:16.000Z",
  },
  {
    rule: "ACTIVE for longer than its session, when the next should have been claimed",
    grant: long(),
    since: "move",
    now: at(2),
    due: "2026-11-21T10:15:15.000Z",
  },
  {
    rule: "ACTIVE, renewed late, seen: the workflow that was started is given five minutes",
    grant: long(),
    since: "look",
    now: epochMs("2026-11-21T10:15:20Z"),
    due: "2026-11-21T10:20:20.000Z",
  },
  {
    rule: "ACTIVATING, stale, seen: likewise",
    grant: x.activating().grant,
    since: "look",
    now: at(80),
    due: isoMillis(at(380)),
  },
  {
    rule: "REVOKING, each minute (I-25)",
    grant: x.revoking().grant,
    since: "look",
    now: at(600),
    due: isoMillis(at(660)),
  },
  {
    rule: "REVOKING, at its end at the latest",
    grant: x.revoking().grant,
    since: "look",
    now: at(1_770),
    due: "2026-11-21T10:00:01.000Z",
  },
];

describe("asking again", () => {
  const both = () => x.pending(ESCALATING).grant;
  it.each([
    ["nothing before half time", () => x.pending().grant, 43_199, undefined],
    ["a reminder from half time on", () => x.pending().grant, 43_200, "reminder"],
    ["a reminder too where a second group comes later", both, 64_799, "reminder"],
    ["the second group from three quarters on", both, 64_800, "escalation"],
    ["nothing once it is decided", () => x.approved().grant, 64_800, undefined],
  ])("%s", (_, grant, seconds, due) => expect(againDue(grant(), at(seconds))).toBe(due));

  it("takes a reason or a task token, never both and never neither", () => {
    const input = { schema: 1, grantId: "k7m2qx4zabcd2345", stage: 1 };
    const ok = (more: object) => askInput.safeParse({ ...input, ...more }).success;
    expect(ok({ again: "reminder" })).toBe(true);
    expect(ok({ again: "resend", by: "priya" })).toBe(true);
    expect(ok({ taskToken: "t" })).toBe(true);
    expect(ok({ again: "reminder", taskToken: "t" })).toBe(false);
    expect(ok({ again: "once more" })).toBe(false);
    expect(ok({})).toBe(false);
  });
});

describe("when sweep looks next", () => {
  it.each(checks)("$rule", ({ grant, since, now, due }) => {
    expect(nextCheck(grant, now, since)).toBe(due);
  });

  it.each(terminal)("%s owes nothing", (status) => {
    for (const since of ["move", "look"] as const)
      expect(nextCheck(x.lives[status]().grant, at(9), since)).toBeUndefined();
  });

  it("has a bound in every state that is not the end (I-20, I-42)", () => {
    for (const make of Object.values(x.lives)) {
      const { grant } = make();
      for (const since of ["move", "look"] as const)
        expect(nextCheck(grant, at(9), since) === undefined).toBe(isTerminal(grant.status));
    }
  });
});
