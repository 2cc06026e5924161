import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accessNames } from "../../../functions/core/kinds/names.ts";
import { riskOf, riskPolicy, type Weighed } from "../../../functions/core/policy/risk.ts";
import { agentOf, resourceOf, shipped, usual } from "./example.ts";

const policy = shipped.risk;
const { risk: _, ...calm } = usual;
const reads: Weighed = {
  agent: agentOf(shipped, "support-assistant"),
  resource: resourceOf(shipped, "claims"),
  access: "read",
  context: { ...calm, ticketGiven: true },
};

describe("risk", () => {
  it("is the sum of factors that have names, points and words, without those of no points", () => {
    expect(riskOf(policy, reads)).toEqual({
      score: 48,
      band: "medium",
      factors: [
        { name: "classification", points: 24, detail: "restricted data" },
        { name: "tag pii", points: 10, detail: "tagged pii" },
        { name: "access", points: 4, detail: "read access" },
        { name: "scope", points: 8, detail: "the whole resource, no part of it" },
        { name: "window", points: 2, detail: "a window of 10 minutes" },
      ],
    });
  });

  it("is never more than 100, with every factor still named", () => {
    const worst: Weighed = {
      agent: agentOf(shipped, "rag-indexer"),
      resource: resourceOf(shipped, "medical-reports"),
      access: "write",
      context: {
        ...calm,
        ...{ windowSeconds: 3_600, firstUse: true, workingHours: false, modelChanged: true },
        ...{ openGrants: 99, recentGrants: 99, recentWindowSeconds: 86_400 },
      },
    };
    const { score, band, factors } = riskOf(policy, worst);
    expect([score, band, factors.length]).toEqual([100, "critical", 14]);
    expect(factors.reduce((sum, { points }) => sum + points, 0)).toBeGreaterThan(100);
  });

  it("counts the last step that a number is over, alone", () => {
    const windowOf = (windowSeconds: number) =>
      riskOf(policy, { ...reads, context: { ...reads.context, windowSeconds } }).factors.find(
        ({ name }) => name === "window",
      )?.points;
    expect([300, 301, 900, 901, 1_800, 1_801, 43_200].map(windowOf)).toEqual([undefined, 2, 2, 4, 4, 8, 8]);
  });

  it("begins each band at its score", () => {
    const bandAt = (points: number) => {
      const zero = {
        ...policy.factors,
        classification: { ...policy.factors.classification, restricted: points },
      };
      const factors = {
        ...zero,
        tags: {},
        access: { list: 0, read: 0, write: 0, invoke: 0, perform: 0 },
        wholeResource: 0,
        windowSeconds: [],
      };
      return riskOf({ ...policy, factors }, reads).band;
    };
    expect([0, 24, 25, 49, 50, 74, 75, 100].map(bandAt)).toEqual([
      "low",
      "low",
      "medium",
      "medium",
      "high",
      "high",
      "critical",
      "critical",
    ]);
  });

  const weighed = fc.record({
    agent: fc.constantFrom(...shipped.catalogue.agents),
    resource: fc.constantFrom(...shipped.catalogue.resources),
    access: fc.constantFrom(...accessNames),
    context: fc
      .record({
        ...Object.fromEntries(
          (["firstUse", "workingHours", "modelChanged", "wholeResource", "ticketGiven"] as const).map(
            (name) => [name, fc.boolean()],
          ),
        ),
        windowSeconds: fc.integer({ min: 60, max: 43_200 }),
        openGrants: fc.nat(50),
        recentGrants: fc.nat(50),
        recentWindowSeconds: fc.nat(200_000),
      })
      .map((drawn) => ({ ...calm, ...drawn })),
  });

  it("I-11 is the same for the same facts, whatever the agent or the catalogue say in words", () => {
    fc.assert(
      fc.property(weighed, fc.string(), (given, words) => {
        const said: Weighed = {
          ...given,
          agent: { ...given.agent, name: words },
          resource: { ...given.resource, description: words },
          context: { ...given.context, model: words },
        };
        expect(riskOf(policy, said)).toEqual(riskOf(policy, given));
        expect(riskOf(policy, given).factors.every(({ points }) => points > 0)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("never falls when more is asked, for longer, or by an agent that has had more", () => {
    fc.assert(
      fc.property(weighed, fc.nat(10_000), (given, more) => {
        const before = riskOf(policy, given).score;
        const { context } = given;
        const worse = [
          { ...context, windowSeconds: context.windowSeconds + more },
          { ...context, recentGrants: context.recentGrants + more },
          { ...context, recentWindowSeconds: context.recentWindowSeconds + more },
          { ...context, openGrants: context.openGrants + more },
          { ...context, wholeResource: true },
          { ...context, workingHours: false },
          { ...context, ticketGiven: false },
        ];
        for (const each of worse)
          expect(riskOf(policy, { ...given, context: each }).score).toBeGreaterThanOrEqual(before);
      }),
      { numRuns: 200 },
    );
  });
});

describe("what is read masked", () => {
  const weighing = (points: number, masked: boolean) =>
    riskOf(
      { ...policy, factors: { ...policy.factors, masked: points } },
      {
        ...reads,
        context: { ...reads.context, masked },
      },
    );

  it("weighs less, by the points that the policy gives, and says so", () => {
    expect(weighing(10, true).score).toBe(weighing(10, false).score - 10);
    expect(weighing(10, true).factors.at(-1)).toMatchObject({ name: "masked", points: -10 });
    expect(weighing(10, false).factors.map(({ name }) => name)).not.toContain("masked");
  });
  it("never weighs less than nothing", () => expect(weighing(100, true).score).toBe(0));
});

describe("how often and how much, in words", () => {
  it.each([
    [1, "1 grant of this resource today and yesterday"],
    [9, "9 grants of this resource today and yesterday"],
  ])("%i", (recentGrants, words) => {
    const weights = { ...policy.factors, recentGrants: [{ over: 0, points: 1 }] };
    const { factors } = riskOf(
      { ...policy, factors: weights },
      { ...reads, context: { ...reads.context, recentGrants } },
    );
    expect(factors.find(({ name }) => name === "recent grants")?.detail).toBe(words);
  });
});

describe("how risk is weighed is taken", () => {
  const taken = (change: object) => riskPolicy.safeParse({ ...policy, ...change }).success;
  const step = (over: number) => ({ over, points: 1 });

  it.each<[string, number[], boolean]>([
    ["no step", [], true],
    ["a step from nothing on", [0], true],
    ["steps that go up", [0, 1, 7], true],
    ["two steps alike", [3, 3], false],
    ["a step down after one up", [1, 5, 4], false],
  ])("with %s: %j %s", (_, overs, ok) => {
    expect(taken({ factors: { ...policy.factors, openGrants: overs.map(step) } })).toBe(ok);
  });
  it.each([
    [{ medium: 1, high: 2, critical: 3 }, true],
    [{ medium: 2, high: 2, critical: 3 }, false],
    [{ medium: 1, high: 3, critical: 3 }, false],
    [{ medium: 1, high: 4, critical: 3 }, false],
  ])("with bands %j: %s", (bands, ok) => expect(taken({ bands })).toBe(ok));
});

describe("how risk is weighed is refused", () => {
  const wrong = (change: object) => riskPolicy.safeParse({ ...policy, ...change }).success;
  it.each<[string, object]>([
    ["when a factor is missing", { factors: { ...policy.factors, firstUse: undefined } }],
    ["when a factor is unknown", { factors: { ...policy.factors, mood: 3 } }],
    ["when points are negative", { factors: { ...policy.factors, firstUse: -1 } }],
    ["when points are no whole number", { factors: { ...policy.factors, firstUse: 1.5 } }],
    [
      "when a classification has no weight",
      { factors: { ...policy.factors, classification: { public: 0 } } },
    ],
    [
      "when steps do not go up",
      {
        factors: {
          ...policy.factors,
          openGrants: [
            { over: 9, points: 1 },
            { over: 3, points: 2 },
          ],
        },
      },
    ],
    ["when bands do not go up", { bands: { medium: 50, high: 50, critical: 75 } }],
  ])("%s", (_, change) => expect(wrong(change)).toBe(false));
});
