import { describe, expect, it } from "vitest";
import { checkChain } from "../../../functions/core/audit/chain.ts";
import { auditEvent } from "../../../functions/core/audit/event.ts";
import { askedPart, grant as grantSchema } from "../../../functions/core/grant/grant.ts";
import * as moves from "../../../functions/core/grant/moves.ts";
import { edges, NOTHING, transitions } from "../../../functions/core/grant/transitions.ts";
import * as x from "./example.ts";
import { allCases } from "./moves.cases.ts";

const edgeName = (edge: { move: string; from: string; to: string }) =>
  `${edge.move}: ${edge.from} to ${edge.to}`;

describe("the transition table", () => {
  it("has a case for each of its edges, and the cases know no other (I-41)", () => {
    const covered = allCases.map(({ move, life, to }) =>
      edgeName({ move, from: life?.grant.status ?? NOTHING, to }),
    );
    expect([...new Set(covered)].sort()).toEqual(edges().map(edgeName).sort());
  });
});

describe.each(allCases)("$move: $rule", ({ move, life, run, to, fields, facts, stages }) => {
  const before = life?.grant;

  it("leads to a grant that is valid in its status, with exactly the fields of that status", () => {
    const { after } = run();
    expect(after.status).toBe(to);
    expect(grantSchema.parse(after)).toEqual(after);
    expect(x.ownFields(after)).toEqual(fields);
  });

  it("expects the table's predecessors and the version it was made from (I-41)", () => {
    const { after, expected, move: made } = run();
    expect(made).toBe(move);
    expect(expected).toEqual({ from: transitions[move].from, version: before?.version ?? 0 });
    expect(after.version).toBe((before?.version ?? 0) + 1);
    expect(after.writer).toBe("w");
  });

  it("adds one event to the chain, of the table's type (I-47, I-48)", () => {
    const { after, event } = run();
    const sequence = (before?.chain.sequence ?? 0) + 1;
    expect(event.event.type).toBe(transitions[move].event);
    expect(event.event.chain).toEqual({ sequence, previous: before?.chain.hash ?? null });
    expect(after.chain).toEqual({ sequence, hash: event.hash });
    expect(checkChain(after.id, [...(life?.kept ?? []), event])).toBeUndefined();
    expect(auditEvent.parse(JSON.parse(event.body))).toEqual(event.event);
  });

  it("tells in the event what happened", () => {
    expect(run().event.event.facts).toMatchObject({ ...facts, status: to, agent: "support-assistant" });
  });

  it("keeps what was asked (I-21)", () => {
    if (!before) return;
    const { version: _v, writer: _w, chain: _c, stages: _s, ...asked } = askedPart(before);
    expect(askedPart(run().after)).toMatchObject(asked);
  });

  it("leaves the stages as they should be", () => {
    const { after } = run();
    const expected = stages ?? before?.stages.map((stage) => ({ ...stage, people: peopleOf(stage) })) ?? [];
    expect(after.stages.length).toBe(expected.length);
    for (const [index, stage] of after.stages.entries()) {
      const { status, people, decideBy } = expected[index] ?? {};
      expect({ status: stage.status, people: peopleOf(stage), decideBy: stage.decideBy }).toEqual({
        status,
        people,
        decideBy,
      });
    }
  });
});

const peopleOf = (stage: { decided: { person: string }[] }) => stage.decided.map((one) => one.person);

describe("the names of sessions (I-06)", () => {
  it("hold the agent's key, the grant and the attempt, and fit STS's 64 characters", () => {
    const agent = { ...x.active().grant.agent, key: `a${"b".repeat(23)}` };
    const name = moves.sessionName({ id: "k7m2qx4zabcd2345", agent }, 99_999);
    expect(name).toMatch(/^lk\.[a-z0-9-]+\.[a-z2-7]{16}\.\d+$/);
    expect(name.length).toBeLessThanOrEqual(64);
  });
});

describe("an ask that policy wants approved", () => {
  it("is never approved because its plan is empty (I-13)", () => {
    const ask = x.askFor([]);
    const broken = { ...ask, decision: { ...ask.decision, outcome: "needs_approval" as const } };
    expect(() => moves.request(broken, x.moment())).toThrow(RangeError);
  });

  it("does not count one person twice, in whatever stage (I-13)", () => {
    const life = x.pending(x.TWO);
    const said = moves.approve(life.grant, { person: "priya" }, x.moment()).after;
    if (said.status !== "PENDING") throw new Error("one of two is not enough");
    expect(() => moves.approve(said, { person: "priya" }, x.moment())).toThrow(RangeError);
    const full = moves.approve(said, { person: "ola" }, x.moment()).after;
    if (full.status !== "PENDING") throw new Error("the second stage is to come");
    expect(() => moves.approve(full, { person: "ola" }, x.moment())).toThrow(RangeError);
  });
});
