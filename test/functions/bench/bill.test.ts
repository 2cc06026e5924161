import { describe, expect, it } from "vitest";
import { dollarsOf, FREE, readPrices } from "../../bench/bill/dollars.ts";
import { type Bill, billOf, type LifeName, lifeNames } from "../../bench/bill/lives.ts";

// A ratchet: exact, so that whoever makes a grant dearer, or cheaper, says so here.
const expected: Record<LifeName, Bill> = {
  automatic: {
    counts: {
      ...{ states: 5, starts: 1, apiCalls: 2, events: 5 }, // hub, mint, hub, wait, end; ask and collect
      ...{ writes: 5, writeUnits: 59 }, // ask, claim, activate, first collect, end
      ...{ reads: 10, readUnits: 10 },
      ...{ assumeRole: 1, kms: 2 }, // a data key to seal, and one decrypted to collect
    },
    runs: { "grants-api": 1, "mint-credentials": 1, "credentials-api": 1, "end-access": 1 },
  },
  oneStage: {
    counts: {
      ...{ states: 7, starts: 1, callbacks: 1, apiCalls: 3, events: 8 }, // and asking approvers, and the hub again
      ...{ writes: 7, writeUnits: 110 }, // and the stage with its links, and the decision
      ...{ reads: 23, readUnits: 22.5, mails: 2 }, // privacy is two people
      ...{ assumeRole: 1, kms: 2 },
    },
    runs: {
      ...{ "grants-api": 1, "ask-approvers": 1, "approval-page": 1 },
      ...{ "mint-credentials": 1, "credentials-api": 1, "end-access": 1 },
    },
  },
  twoStages: {
    counts: {
      ...{ states: 9, starts: 1, callbacks: 2, apiCalls: 5, events: 11 },
      ...{ writes: 10, writeUnits: 185, reads: 43, readUnits: 41.5, mails: 4 },
      ...{ assumeRole: 1, kms: 2 },
    },
    runs: {
      ...{ "grants-api": 1, "ask-approvers": 2, "approval-page": 3 },
      ...{ "mint-credentials": 1, "credentials-api": 1, "end-access": 1 },
    },
  },
  fourHours: {
    counts: {
      ...{ states: 17, starts: 1, apiCalls: 7, events: 17 }, // three states more for each of four rotations
      ...{ writes: 18, writeUnits: 185, reads: 38, readUnits: 38 },
      ...{ assumeRole: 5, kms: 11 }, // five sealed, six collected
    },
    runs: { "grants-api": 1, "mint-credentials": 5, "credentials-api": 6, "end-access": 1 },
  },
  revoked: {
    counts: {
      ...{ states: 5, starts: 1, apiCalls: 3, events: 6 }, // the machine waits on, and finds it revoked
      ...{ writes: 10, writeUnits: 84, reads: 27, readUnits: 27 },
      ...{ denyMessages: 2, iamWrites: 2, iamReads: 4 }, // the list with the entry, and later without it
      ...{ probeMessages: 3, assumeRole: 7, kms: 2 }, // three rounds of a control and a refused session
    },
    runs: {
      ...{ "grants-api": 2, "mint-credentials": 1, "credentials-api": 1, "end-access": 1 },
      ...{ "revoke-access": 2, "prove-denial": 3 },
    },
  },
  action: {
    counts: {
      ...{ states: 5, starts: 1, apiCalls: 4, events: 9 }, // ask, look, redeem, outcome
      ...{ writes: 9, writeUnits: 112, reads: 19, readUnits: 20, kmsSign: 1 },
    },
    runs: { "grants-api": 2, "issue-permit": 1, "permits-api": 2, "end-access": 1 },
  },
  masked: {
    counts: {
      ...{ states: 5, starts: 1, apiCalls: 2, events: 6 },
      ...{ writes: 6, writeUnits: 85, reads: 12, readUnits: 12 },
      ...{ kms: 2 }, // no session at all: the secret of its tokens is sealed, and opened for the page
    },
    runs: { "grants-api": 1, "mint-credentials": 1, "read-masked": 1, "end-access": 1 },
  },
};

describe("what a grant takes of AWS", () => {
  it.each(lifeNames)("%s: exactly this", async (name) => {
    expect(await billOf(name)).toEqual(expected[name]);
  });

  it("is within the budget of the design: states, write requests and runs", () => {
    const of = (name: LifeName) => {
      const { counts, runs } = expected[name];
      return [counts.states, counts.writes, Object.values(runs).reduce((sum, each) => sum + each, 0)];
    };
    const budgets = { automatic: [6, 5, 4], oneStage: [8, 7, 6], twoStages: [10, 10, 9] };
    for (const [name, most] of Object.entries(budgets))
      for (const [index, count] of of(name as LifeName).entries())
        expect(count, `${name} ${index}`).toBeLessThanOrEqual(most[index] ?? 0);
  });

  it("has a price for everything that costs", () => {
    const prices = readPrices();
    for (const bill of Object.values(expected)) expect(dollarsOf(bill, prices).total).toBeGreaterThan(0);
    const counted = new Set(Object.values(expected).flatMap(({ counts }) => Object.keys(counts)));
    expect([...counted].filter((name) => !FREE.includes(name) && !prices.prices[name])).toEqual([]);
    expect(() => dollarsOf({ counts: { unheardOf: 1 }, runs: {} }, prices)).toThrow("no price of unheardOf");
  });

  it("costs what its parts cost: states are a thousandth of 25 dollars each", () => {
    const { parts } = dollarsOf({ counts: { states: 5, denyMessages: 2 }, runs: {} }, readPrices());
    expect(parts.states).toBeCloseTo(0.125);
    expect(parts.denyMessages).toBeCloseTo(0.003); // sent, received, deleted
  });
});
