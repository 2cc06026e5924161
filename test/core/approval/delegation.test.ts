import { describe, expect, it } from "vitest";
import {
  canApprove,
  groupsAt,
  lapsedRules,
  mayDecide,
  mayReview,
} from "../../../functions/core/approval/eligible.ts";
import { maySee } from "../../../functions/core/approval/sees.ts";
import type { Agent, Catalogue, Resource } from "../../../functions/core/catalogue.ts";
import { deployPolicy } from "../../fakes/policy.ts";
import * as x from "../grant/example.ts";

type Delegation = NonNullable<Catalogue["delegations"]>[number];
const { catalogue: example } = deployPolicy();
const agent = example.agents.find(({ id }) => id === "support-assistant") as Agent; // luca owns it
const claims = example.resources.find(({ id }) => id === "claims") as Resource;
const NOON = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;
const away = (from: string, to: string, starts = "2026-11-21", ends = starts): Delegation => ({
  from,
  to,
  starts,
  ends,
});
const withThese = (...delegations: Delegation[]): Catalogue => ({ ...example, delegations });
const personOf = (catalogue: Catalogue, id: string) => {
  const person = catalogue.people.find((each) => each.id === id);
  if (!person) throw new Error(`no ${id}`);
  return person;
};
const may = (catalogue: Catalogue, id: string, at = NOON, group = "privacy") =>
  canApprove(catalogue, agent, { group }, { person: personOf(catalogue, id), at });

describe("who decides for somebody who is away (I-12)", () => {
  const lent = withThese(away("priya", "samira"));
  it("is whom they named, on those days and on no other", () => {
    const days = withThese(away("priya", "samira", "2026-11-20", "2026-11-21"));
    const from = Date.UTC(2026, 10, 20);
    for (const [at, lends] of [
      [from - 1, false],
      [from, true],
      [from + 2 * DAY - 1, true],
      [from + 2 * DAY, false],
    ] as const)
      expect([may(days, "samira", at), may(days, "priya", at)]).toEqual([lends, !lends]);
  });
  it("is not they themselves meanwhile, in any of their groups", () => {
    expect(may(lent, "priya")).toBe(false);
    expect(groupsAt(lent, personOf(lent, "priya"), NOON)).toEqual([]);
    expect(groupsAt(lent, personOf(lent, "samira"), NOON)).toEqual(["security", "privacy"]);
  });
  it("passes nothing on: who is away in turn lends what is their own", () => {
    const chained = withThese(away("priya", "samira"), away("samira", "ingrid"));
    expect(may(chained, "samira"), "away").toBe(false);
    expect(may(chained, "ingrid"), "has security from samira, not privacy").toBe(false);
    expect(may(chained, "ingrid", NOON, "security")).toBe(true);
  });
  it("is never the agent's owner, nor whoever speaks for the owner", () => {
    expect(may(withThese(away("priya", "luca")), "luca")).toBe(false);
    const both = withThese(away("luca", "tomas"));
    expect([may(both, "tomas"), may(both, "tomas", NOON + DAY)]).toEqual([false, true]);
  });
  it("is nobody for whom the stage leaves out, who has nothing to lend", () => {
    const demand = { group: "data-owners", exclude: "team" as const };
    const lent = withThese(away("kwame", "ingrid"));
    const outsider = { ...personOf(lent, "ingrid"), groups: [] };
    const catalogue = {
      ...lent,
      people: lent.people.map((each) => (each.id === "ingrid" ? outsider : each)),
    };
    const mayFor = (team: string) =>
      canApprove(catalogue, { ...agent, team }, demand, { person: outsider, at: NOON });
    expect([mayFor("analytics"), mayFor("customer-care")]).toEqual([false, true]);
  });
  it("may see what they may decide; who is away still sees it", () => {
    const { grant } = x.pending();
    const sees = (catalogue: Catalogue, id: string, at = NOON) =>
      maySee(catalogue, grant, { person: personOf(catalogue, id), at });
    const toMaya = withThese(away("priya", "maya"));
    expect([sees(toMaya, "maya"), sees(toMaya, "maya", NOON + DAY), sees(toMaya, "priya")]).toEqual([
      true,
      false,
      true,
    ]);
  });
  it("closes no review in the owner's name, and one in security's", () => {
    const reviews = (catalogue: Catalogue, id: string) =>
      mayReview(catalogue, agent, claims, { person: personOf(catalogue, id), at: NOON });
    expect(reviews(example, "samira")).toBe(true);
    expect(reviews(example, "ingrid"), "owns the data").toBe(true);
    expect(reviews(example, "priya")).toBe(false);
    expect(reviews(withThese(away("samira", "priya")), "priya")).toBe(true);
    expect(reviews(withThese(away("luca", "samira")), "samira")).toBe(false);
  });
});

describe("the owner when the agent asked (I-12)", () => {
  it("does not decide it either, though the agent has another owner by now", () => {
    const stage = { group: "privacy", decided: [] };
    const ids = (owner: string) =>
      mayDecide(example, agent, { agent: { owner }, stages: [stage] }, { stage, at: NOON }).map(
        ({ id }) => id,
      );
    expect([ids("luca"), ids("priya")]).toEqual([["priya", "tomas"], ["tomas"]]);
  });
});

describe("one right makes one yes (I-13)", () => {
  const stage = (decided: { person: string; at: string }[]) => ({ group: "privacy", decided });
  const ids = (catalogue: Catalogue, decided: { person: string; at: string }[], when = NOON) =>
    mayDecide(catalogue, agent, { agent, stages: [stage(decided)] }, { stage: stage(decided), at: when }).map(
      ({ id }) => id,
    );
  const SOON = "2026-11-21T11:00:00Z";
  const YESTERDAY = "2026-11-20T11:00:00Z";

  it("not two, for two who were named by one", () => {
    const two = withThese(away("priya", "samira"), away("priya", "ingrid"));
    expect(ids(two, []).sort()).toEqual(["ingrid", "samira", "tomas"]);
    expect(ids(two, [{ person: "samira", at: SOON }])).toEqual(["tomas"]);
  });
  it("one more, for whom a second one named whose right nobody has used", () => {
    const three = withThese(away("priya", "samira"), away("priya", "ingrid"), away("tomas", "ingrid"));
    expect(ids(three, [{ person: "samira", at: SOON }])).toEqual(["ingrid"]);
  });
  it("not again by whom they named, when somebody decided and then went away", () => {
    const lent = withThese(away("priya", "samira"));
    expect(ids(lent, [{ person: "priya", at: YESTERDAY }])).toEqual(["tomas"]);
  });
  it("not again by themselves, when they are back", () => {
    const lent = withThese(away("priya", "samira", "2026-11-20"));
    expect(ids(lent, [{ person: "samira", at: YESTERDAY }])).toEqual(["tomas"]);
  });
  it("one each, for one who was named by two and one of them who is back", () => {
    const lent = withThese(away("priya", "samira", "2026-11-20"), away("tomas", "samira", "2026-11-20"));
    expect(ids(lent, [{ person: "samira", at: YESTERDAY }])).toHaveLength(1);
  });
  it("and one of one's own, though somebody lent theirs", () => {
    const lent = withThese(away("priya", "tomas", "2026-11-20"));
    expect(ids(lent, [{ person: "tomas", at: YESTERDAY }])).toEqual(["priya"]);
  });
  it("stands after the days are over: dates are those of the decision (I-18)", () => {
    const lent = withThese(away("priya", "samira", "2026-11-20"));
    const approved = { ...stage([{ person: "samira", at: YESTERDAY }]), quorum: 1, rule: "r" };
    expect(lapsedRules(lent, agent, [approved])).toEqual([]);
    expect(lapsedRules(withThese(), agent, [approved]), "it was never lent").toEqual(["r"]);
  });
});
