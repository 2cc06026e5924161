import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkChain } from "../../../functions/core/audit/chain.ts";
import type { SealedEvent } from "../../../functions/core/audit/event.ts";
import { askedPart, type Grant, type GrantIn } from "../../../functions/core/grant/grant.ts";
import * as moves from "../../../functions/core/grant/moves.ts";
import * as rotation from "../../../functions/core/grant/rotation.ts";
import type { Step } from "../../../functions/core/grant/step.ts";
import {
  canMove,
  edges,
  isTerminal,
  type MoveName,
  NOTHING,
} from "../../../functions/core/grant/transitions.ts";
import { epochMs, isoMillis, isoSeconds } from "../../../functions/core/time.ts";
import { askFor, deepFreeze, moment, T0 } from "./example.ts";

const why = { code: "any", detail: "some words" };
type Later = Exclude<MoveName, "request" | "approveStage">;

const perform: Record<Later, (grant: never, person: string, at: ReturnType<typeof moment>) => Step> = {
  approve: (grant, person, at) => moves.approve(grant, { person, comment: "yes" }, at),
  reject: (grant, person, at) => moves.reject(grant, { person }, at),
  expire: (grant, _, at) => moves.expire(grant, why, at),
  cancel: (grant, _, at) => moves.cancel(grant, why, at),
  deny: (grant, _, at) => moves.deny(grant, why, at),
  claim: (grant, _, at) => moves.claim(grant, at),
  activate: (grant, _, at) =>
    moves.activate(grant, { policyVersion: "v", rotateAt: isoMillis(at.now + 600_000) }, at),
  claimRotation: (grant, _, at) => rotation.claimRotation(grant, at),
  rotate: (grant, _, at) =>
    rotation.rotate(grant, { policyVersion: "v", rotateAt: isoMillis(at.now + 600_000) }, at),
  missRotation: (grant, _, at) => rotation.missRotation(grant, why, at),
  fail: (grant, _, at) => moves.fail(grant, why, at),
  end: (grant, _, at) => moves.end(grant, at),
  stop: (grant, _, at) => moves.stop(grant, why, at),
  confirm: (grant, _, at) => moves.confirm(grant, "probed", at),
};

// Moves that lead on are drawn more often than those that end it, so that long lives occur.
const drawn = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<Later>(
      "approve",
      "claim",
      "activate",
      "claimRotation",
      "rotate",
      "stop",
      "confirm",
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(perform) as Later[])) },
);
const command = fc.record({ move: drawn, seconds: fc.integer({ min: 0, max: 4_000 }), person: fc.nat(9) });
const levels = fc.array(
  fc.record({ group: fc.constantFrom("a", "b"), quorum: fc.integer({ min: 1, max: 3 }) }),
  {
    maxLength: 3,
  },
);
const start = fc.option(fc.integer({ min: 0, max: 7_200 }), { nil: undefined });

/** A rotation is claimed when it is due and no other is under way, and delivered or given up only where it is claimed. */
function rotates(before: GrantIn<"ACTIVE">, move: Later, now: number): boolean {
  const due = rotation.nextRotation(before);
  if (move === "claimRotation") return due !== undefined && due <= now;
  if (move === "rotate" || move === "missRotation") return before.rotating !== undefined;
  return true;
}

/** Runs commands on one grant; each that the table has is taken, each other must throw. Returns all that ever was. */
function live(plan: { group: string; quorum: number }[], startIn: number | undefined, commands: Command[]) {
  const requestedStart = startIn === undefined ? undefined : isoSeconds(T0 + startIn * 1_000);
  const first = moves.request(askFor(plan, requestedStart ? { requestedStart } : {}), moment());
  const history: Grant[] = [deepFreeze(first.after)];
  const kept: SealedEvent[] = [first.event];
  const taken: { move: string; from: string; to: string }[] = [
    { move: "request", from: NOTHING, to: first.after.status },
  ];
  let now = T0;
  for (const { move, seconds, person } of commands) {
    now += seconds * 1_000;
    const before = history.at(-1) as Grant;
    const run = () => perform[move](before as never, `person-${person}`, moment({ now, writer: `w${now}` }));
    const twice = before.stages.some((stage) =>
      stage.decided.some((one) => one.person === `person-${person}`),
    );
    // A session has no "not before": nothing may be claimed ahead of the start that was asked for.
    const early =
      move === "claim" && before.requestedStart !== undefined && now < epochMs(before.requestedStart);
    if (
      !canMove(before.status, move) ||
      ((move === "approve" || move === "reject") && twice) ||
      early ||
      (before.status === "ACTIVE" && !rotates(before, move, now))
    ) {
      expect(run).toThrow();
      continue;
    }
    const step = run();
    taken.push({ move: step.move, from: before.status, to: step.after.status });
    history.push(deepFreeze(step.after));
    kept.push(step.event);
  }
  return { history, kept, taken, requestedStart };
}
type Command = { move: Later; seconds: number; person: number };

const model = (check: (life: ReturnType<typeof live>) => void) =>
  fc.assert(
    fc.property(levels, start, fc.array(command, { maxLength: 30 }), (plan, startIn, commands) =>
      check(live(plan, startIn, commands)),
    ),
    { numRuns: 100 },
  );

describe("any sequence of moves and waits", () => {
  it("is a path of the transition table, one version and one event a move (I-41, I-47)", () => {
    const table = edges();
    model(({ history, kept, taken }) => {
      for (const edge of taken) expect(table).toContainEqual(edge);
      expect(history.map((grant) => grant.version)).toEqual(history.map((_, index) => index + 1));
      expect(kept.length).toBe(history.length);
    });
  });

  it("ends at the first terminal state (I-17)", () => {
    model(({ history }) => {
      const end = history.findIndex((grant) => isTerminal(grant.status));
      expect([-1, history.length - 1]).toContain(end);
    });
  });

  it("fixes the window once, as long as was asked; no later attempt moves it (I-02, I-04)", () => {
    model(({ history, requestedStart }) => {
      const windows = history.flatMap((grant) =>
        "endsAt" in grant && grant.startsAt && grant.endsAt ? [[grant.startsAt, grant.endsAt]] : [],
      );
      const [startsAt, endsAt] = windows[0] ?? [];
      if (!startsAt || !endsAt) return;
      expect(new Set(windows.map(String)).size).toBe(1);
      expect(epochMs(endsAt) - epochMs(startsAt)).toBe(1_800_000);
      if (requestedStart) expect(startsAt).toBe(requestedStart);
      expect([startsAt, endsAt].every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time))).toBe(true);
    });
  });

  it("keeps a whole chain, whose head is in the grant (I-48)", () => {
    model(({ history, kept }) => {
      const last = history.at(-1) as Grant;
      expect(checkChain(last.id, kept)).toBeUndefined();
      expect(last.chain).toEqual({ sequence: kept.length, hash: kept.at(-1)?.hash });
    });
  });

  it("never changes what was asked (I-21)", () => {
    model(({ history }) => {
      const asked = history.map((grant) => {
        const { version: _v, writer: _w, chain: _c, stages, ...rest } = askedPart(grant);
        const plan = stages.map(({ stage, rule, group, quorum, reason }) => ({
          stage,
          rule,
          group,
          quorum,
          reason,
        }));
        return JSON.stringify({ ...rest, plan });
      });
      expect(new Set(asked).size).toBe(1);
    });
  });

  it("opens one stage at a time, in order, and approves only when each has its own quorum of people (I-13)", () => {
    model(({ history }) => {
      for (const { status, stages } of history) {
        const open = stages.filter((stage) => stage.status === "open");
        expect(open.length).toBeLessThanOrEqual(1);
        const reached = stages.findIndex((stage) => stage.status !== "approved");
        if (reached >= 0)
          expect(stages.slice(reached + 1).every((stage) => stage.status === "waiting")).toBe(true);
        const people = stages.flatMap((stage) => stage.decided.map((one) => one.person));
        if (status !== "REJECTED") expect(new Set(people).size).toBe(people.length);
        for (const stage of stages.filter((each) => each.status === "approved"))
          expect(stage.decided.length).toBe(stage.quorum);
        if (["APPROVED", "ACTIVATING", "ACTIVE", "REVOKING", "ENDED", "REVOKED", "FAILED"].includes(status))
          expect(reached).toBe(-1);
      }
    });
  });

  it("gives every attempt a session name of its own (I-06)", () => {
    model(({ kept }) => {
      const names = kept.flatMap(({ event }) =>
        event.type === "grant.attempt_claimed" ? [event.facts.sessionName] : [],
      );
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(name).toMatch(/^lk\.support\.k7m2qx4zabcd2345\.\d+$/);
    });
  });
});
