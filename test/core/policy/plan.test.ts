import { describe, expect, it } from "vitest";
import type { Catalogue, Person } from "../../../functions/core/catalogue.ts";
import type { Rule } from "../../../functions/core/policy/bundle.ts";
import type { PlannedStage } from "../../../functions/core/policy/decided.ts";
import { canBeFilled, planOf, unfillable } from "../../../functions/core/policy/plan.ts";
import { agentOf, NOW, shipped } from "./example.ts";

const rule = (id: string, stage: number, more: object = {}): Rule => ({
  id,
  reason: `reason of ${id}`,
  effect: "forbid",
  text: "forbid (principal, action, resource);",
  obligation: { approvers: "privacy", quorum: 1, stage, ...more },
});

describe("the plan of the obligations that apply", () => {
  it("is in the order of their levels, then of their ids, counted from 1 without gaps", () => {
    const rules = [rule("z", 30), rule("b", 10), rule("a", 10), rule("c", 20)];
    for (const some of [rules, rules.toReversed()])
      expect(planOf(some).map(({ stage, rule }) => [stage, rule])).toEqual([
        [1, "a"],
        [2, "b"],
        [3, "c"],
        [4, "z"],
      ]);
  });
  it("has whom each rule asks and what else it says, and not its level", () => {
    const [stage] = planOf([rule("a", 7, { quorum: 2, escalateTo: "security", within: 3_600 })]);
    expect(stage).toEqual({
      ...{ stage: 1, rule: "a", reason: "reason of a", group: "privacy", quorum: 2 },
      ...{ escalateTo: "security", within: 3_600 },
    });
  });
  it("asks nobody for a rule that demands nobody", () => {
    const { obligation: _none, ...plain } = rule("a", 1);
    expect(planOf([plain])).toEqual([]);
  });
});

describe("seats for distinct people (I-13)", () => {
  it.each<[string[][], boolean]>([
    [[], true],
    [[[]], false],
    [[["ann"], ["bo"]], true],
    [[["ann"], ["ann"]], false],
    [[["ann", "bo"], ["ann"]], true],
    [[["ann", "bo"], ["ann", "cy"], ["ann"]], true],
    [[["ann", "bo"], ["ann"], ["bo"]], false],
    [[["ann", "bo", "cy"], ["ann", "bo"], ["ann"], ["cy"]], false],
  ])("%j can be filled: %s", (seats, filled) => expect(canBeFilled(seats)).toBe(filled));
});

describe("the stages of a plan that cannot be filled (I-13)", () => {
  const person = (id: string, groups: string[], principal?: string): Person => ({
    ...{ id, name: id, email: `${id}@example.com`, groups },
    ...(principal ? { principal } : {}),
  });
  const people = [person("luca", []), person("ann", ["one", "both"]), person("bo", ["both"])];
  const agent = agentOf(shipped, "support-assistant");
  const catalogue: Catalogue = { ...shipped.catalogue, people, delegations: [] };
  const stage = (group: string, quorum: number, more: object = {}): PlannedStage => ({
    ...{ stage: 1, rule: `${group}-${quorum}`, reason: "r", group, quorum },
    ...more,
  });
  const short = (plan: PlannedStage[], here = catalogue) =>
    unfillable(plan, { catalogue: here, agent, at: NOW }).map(({ rule }) => rule);

  it("are none where each finds people of its own", () => {
    expect(short([stage("one", 1), stage("both", 1)])).toEqual([]);
    expect(short([stage("both", 2)])).toEqual([]);
  });
  it("are those whose group is too small for their quorum, and not the others", () => {
    expect(short([stage("one", 2), stage("both", 1)])).toEqual(["one-2"]);
    expect(short([stage("one", 2), stage("both", 2)])).toEqual(["one-2"]);
    expect(short([stage("nobody", 1)])).toEqual(["nobody-1"]);
  });
  it("are all of them where each alone could be filled, and not all at once", () => {
    expect(short([stage("one", 1), stage("both", 2)])).toEqual(["one-1", "both-2"]);
  });
  it("are those that take a signature, where too few can sign", () => {
    const signed = stage("both", 1, { channel: "signed" });
    expect(short([signed])).toEqual(["both-1"]);
    const signer = person("bo", ["both"], "arn:aws:iam::000000000000:user/bo");
    expect(short([signed], { ...catalogue, people: [...people.slice(0, 2), signer] })).toEqual([]);
  });
});
