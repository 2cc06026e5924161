import { describe, expect, it } from "vitest";
import { detect } from "../../functions/core/watch/detect.ts";
import type { Fact } from "../../functions/core/watch/fact.ts";
import { networkOf } from "../../functions/core/watch/network.ts";
import { flagRule } from "../../functions/core/watch/rule.ts";

const rule = (more: object) =>
  flagRule.safeParse({
    id: "a-rule",
    reason: "Why.",
    detector: "tally",
    signal: "asked",
    windowSeconds: 60,
    count: 1,
    ...more,
  });
const fact: Fact = { id: "f1", at: 1_000_000, signal: "asked", agent: "eval-runner", times: 1 };

describe("a network", () => {
  it.each([
    ["198.51.100.77", "198.51.100.0/24"],
    ["2001:db8:7:8::1", "2001:db8:7::/48"],
    ["2001:db8::1", "2001:db8:0::/48"],
    ["10.1.2.3", "private"],
    ["172.31.0.1", "private"],
    ["fd00::1", "private"],
    ["athena.amazonaws.com", undefined],
    ["AWS Internal", undefined],
    ["", undefined],
  ])("of %s is %s: never the address itself (I-52)", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe("a rule", () => {
  it.each([
    ["revoke", "person"],
    ["revoke", "caller"],
    ["revoke", "role"],
    ["lockdown", "person"],
  ])("cannot %s what has no grant or agent: %s", (action, of) => {
    expect(rule({ action, of }).success).toBe(false);
  });
  it("needs a threshold, and knows no other field", () => {
    expect(rule({ action: "note", of: "agent" }).success).toBe(true);
    expect(rule({ action: "note", of: "agent", count: undefined }).success).toBe(false);
    expect(rule({ action: "note", of: "agent", treshold: 3 }).success).toBe(false);
    expect(rule({ action: "page-me", of: "agent" }).success).toBe(false);
  });
});

describe("what is kept of a subject", () => {
  const counting = flagRule.parse({
    ...{ id: "a-rule", reason: "Why.", action: "note", detector: "tally", signal: "asked", of: "agent" },
    ...{ windowSeconds: 60, count: 2 },
  });
  it("takes each fact once", () => {
    const first = detect(counting, undefined, fact);
    expect(detect(counting, first?.state, fact)).toBeUndefined();
    expect(detect(counting, first?.state, { ...fact, id: "f2" })?.flag).toBeDefined();
  });
  it("begins anew where an earlier rule of the id left what this one cannot read", () => {
    const left = { taken: [], own: { networks: {} } };
    expect(detect(counting, left, fact)?.state.own).toMatchObject({ entries: [{ times: 1 }] });
  });
  it("counts nowhere what does not say whose it is", () => {
    expect(detect(counting, undefined, { ...fact, agent: undefined })).toBeUndefined();
  });
  it("stays small, however much comes", () => {
    let state = detect(counting, undefined, fact)?.state;
    for (let index = 0; index < 2_000; index += 1)
      state = detect(counting, state, { ...fact, id: `f${index}`, at: fact.at + index })?.state ?? state;
    expect(JSON.stringify(state).length).toBeLessThan(40_000);
  });
});
