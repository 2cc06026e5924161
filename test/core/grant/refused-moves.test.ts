import { describe, expect, it } from "vitest";
import type { Grant, GrantIn, Status } from "../../../functions/core/grant/grant.ts";
import * as moves from "../../../functions/core/grant/moves.ts";
import * as rotation from "../../../functions/core/grant/rotation.ts";
import { makeStep, type Step } from "../../../functions/core/grant/step.ts";
import {
  canMove,
  edges,
  type From,
  isTerminal,
  type MoveName,
  moveNames,
  NOTHING,
  transitions,
} from "../../../functions/core/grant/transitions.ts";
import { lives, moment } from "./example.ts";

const why = { code: "any" };
const yes = { person: "zoe" };
const soon = moment({ now: Date.UTC(2026, 10, 21, 9, 31) });

/** Each move's function, called with a grant in any status: TypeScript would not let a caller do this. */
const perform: Record<Exclude<MoveName, "request">, (grant: never) => Step> = {
  approveStage: (grant) => moves.approve(grant, yes, soon),
  approve: (grant) => moves.approve(grant, yes, soon),
  reject: (grant) => moves.reject(grant, yes, soon),
  expire: (grant) => moves.expire(grant, why, soon),
  cancel: (grant) => moves.cancel(grant, why, soon),
  deny: (grant) => moves.deny(grant, why, soon),
  claim: (grant) => moves.claim(grant, soon),
  activate: (grant) => moves.activate(grant, { policyVersion: "v" }, soon),
  claimRotation: (grant) => rotation.claimRotation(grant, soon),
  rotate: (grant) => rotation.rotate(grant, { policyVersion: "v", rotateAt: undefined }, soon),
  missRotation: (grant) => rotation.missRotation(grant, why, soon),
  fail: (grant) => moves.fail(grant, why, soon),
  end: (grant) => moves.end(grant, soon),
  stop: (grant) => moves.stop(grant, why, soon),
  confirm: (grant) => moves.confirm(grant, "expired", soon),
};

const statuses = Object.keys(lives) as Status[];
// Made once: what is frozen cannot be changed by one test for another.
const grants = Object.fromEntries(statuses.map((status) => [status, lives[status]().grant])) as {
  [S in Status]: GrantIn<S>;
};
const refused = moveNames.flatMap((move) =>
  statuses.filter((from) => !canMove(from, move)).map((from) => ({ move, from })),
);
const grantIn = (from: From): Grant | undefined => (from === NOTHING ? undefined : grants[from]);

describe("a move that the table does not have (I-17, I-41)", () => {
  it.each(refused.filter(({ move }) => move !== "request"))(
    "$move from $from throws, and changes nothing",
    ({ move, from }) => {
      const before = grants[from];
      const text = JSON.stringify(before);
      expect(() => perform[move as keyof typeof perform](before as never)).toThrow();
      expect(JSON.stringify(before)).toBe(text);
    },
  );

  it.each(refused)("$move from $from is no step either, wherever it would lead", ({ move, from }) => {
    const before = grantIn(from);
    for (const to of statuses) {
      const after = { ...(grants[to] as GrantIn<"PENDING">) };
      expect(() => makeStep(move, { before, after }, soon)).toThrow(RangeError);
    }
  });

  it.each(moveNames.filter((move) => move !== "request"))("%s cannot be the first", (move) => {
    for (const to of transitions[move].to) {
      const after = grants[to];
      expect(() => makeStep(move, { before: undefined, after }, soon)).toThrow(RangeError);
    }
  });

  it.each(edges())(
    "$move from $from leads to $to and to nothing that the table does not name",
    ({ move, from }) => {
      const others = statuses.filter((to) => !(transitions[move].to as readonly Status[]).includes(to));
      for (const to of others) {
        const after = { ...(grants[to] as GrantIn<"PENDING">) };
        expect(() => makeStep(move, { before: grantIn(from), after }, soon)).toThrow(RangeError);
      }
    },
  );
});

describe("the ends of the table", () => {
  it("are the seven that people know (I-17)", () => {
    expect(statuses.filter(isTerminal).sort()).toEqual([
      "CANCELLED",
      "DENIED",
      "ENDED",
      "EXPIRED",
      "FAILED",
      "REJECTED",
      "REVOKED",
    ]);
  });

  it("are within reach of every state (I-42)", () => {
    const reaches = (status: Status, seen: Status[] = []): boolean =>
      isTerminal(status) ||
      edges().some(({ from, to }) => from === status && !seen.includes(to) && reaches(to, [...seen, status]));
    expect(statuses.filter((status) => !reaches(status))).toEqual([]);
  });
});
