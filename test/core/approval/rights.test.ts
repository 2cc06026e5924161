import { describe, expect, it } from "vitest";
import {
  canApprove,
  groupsAt,
  lapsedRules,
  mayDecide,
  mayReview,
} from "../../../functions/core/approval/eligible.ts";
import { askedGroups, maySee } from "../../../functions/core/approval/sees.ts";
import { mayLift, mayLockDown, mayRevoke } from "../../../functions/core/approval/stops.ts";
import type { Agent, Catalogue, Person, Resource } from "../../../functions/core/catalogue.ts";
import type { Grant } from "../../../functions/core/grant/grant.ts";
import { deployPolicy } from "../../fakes/policy.ts";
import * as x from "../grant/example.ts";

const NOON = Date.UTC(2026, 10, 21, 12);
const at = NOON;
const { catalogue: deployed } = deployPolicy();
const claims = deployed.resources.find(({ id }) => id === "claims") as Resource;
const agent = deployed.agents.find(({ id }) => id === "support-assistant") as Agent;
const person = (id: string, groups: string[], more: Partial<Person> = {}): Person => ({
  id,
  name: id,
  email: `${id}@example.com`,
  groups,
  ...more,
});
const people = [
  person("luca", ["care"]),
  person("priya", ["privacy"]),
  person("olu", ["chiefs"]),
  person("ada", [claims.ownerGroup]),
  person("sam", ["security"]),
  person("cora", ["compliance"]),
  person("noor", ["kitchen"]),
];
const catalogue: Catalogue = { ...deployed, people, delegations: [] };
const idsWho = (may: (person: Person) => boolean) => people.filter(may).map(({ id }) => id);
const ESCALATING: x.Level[] = [{ group: "privacy", quorum: 1, escalateTo: "chiefs" }];
const { grant } = x.pending(ESCALATING);
const lending = (from: string, to: string): Catalogue => ({
  ...catalogue,
  delegations: [{ from, to, starts: "2026-11-21", ends: "2026-11-21" }],
});

describe("who sees a grant", () => {
  const sees = (what: Grant, who = catalogue) => idsWho((each) => maySee(who, what, { person: each, at }));

  it("is the agent's owner, its approvers with the second group, the resource's owners, security and audit", () => {
    expect(sees(grant)).toEqual(["luca", "priya", "olu", "ada", "sam", "cora"]);
  });
  it("is nobody of a group that is not asked, and of a resource that is gone no owner", () => {
    expect(sees(x.pending().grant)).toEqual(["luca", "priya", "ada", "sam", "cora"]);
    expect(sees(x.pending().grant, { ...catalogue, resources: [] })).toEqual([
      "luca",
      "priya",
      "sam",
      "cora",
    ]);
  });
  it("is also whom a broken glass has passed over", () => {
    const { grant: quiet } = x.approved();
    const skipped = [{ stage: 1, rule: "r", reason: "r", group: "privacy", quorum: 1, escalateTo: "chiefs" }];
    const broken = { ...quiet, decision: { ...quiet.decision, breakGlass: { rule: "b", skipped } } };
    expect([askedGroups(quiet), askedGroups(broken)]).toEqual([[], ["privacy", "chiefs"]]);
    expect([sees(quiet).includes("priya"), sees(broken).includes("priya")]).toEqual([false, true]);
  });
});

describe("who stops a grant", () => {
  const stops = (who = catalogue) => idsWho((each) => mayRevoke(who, grant, { person: each, at }));

  it("is its approvers with the second group, the resource's owners and security; audit looks on", () => {
    expect(stops()).toEqual(["priya", "olu", "ada", "sam"]);
    expect(stops({ ...catalogue, resources: [] })).toEqual(["priya", "olu", "sam"]);
  });
  it("is also who speaks for one of these today, and still they who are away: stopping gives nobody anything", () => {
    expect(stops(lending("sam", "noor"))).toEqual(["priya", "olu", "ada", "sam", "noor"]);
  });
});

describe("the groups that somebody speaks for today", () => {
  const groups = (here: Catalogue, id: string) =>
    groupsAt(here, people.find((each) => each.id === id) ?? person(id, []), at);

  it("are their own, whoever else is away", () => {
    expect(groups(catalogue, "priya")).toEqual(["privacy"]);
    expect(groups(lending("sam", "noor"), "priya")).toEqual(["privacy"]);
  });
  it("are lent ones too, and none when one is away oneself", () => {
    const two = [
      ...(lending("sam", "noor").delegations ?? []),
      ...(lending("priya", "ada").delegations ?? []),
    ];
    const here = { ...catalogue, delegations: two };
    expect(groups(here, "noor")).toEqual(["kitchen", "security"]);
    expect([groups(here, "sam"), groups(here, "priya")]).toEqual([[], []]);
  });
  it("are none of somebody who has left", () => {
    expect(groups(lending("left-us", "noor"), "noor")).toEqual(["kitchen"]);
  });
});

describe("who locks down, and who lifts it", () => {
  const locks = (who: Catalogue) => idsWho((each) => mayLockDown(who, { person: each, at }));
  const lifts = (setter: string, of = people) =>
    of.filter((each) => mayLift({ ...catalogue, people: of }, setter, { person: each })).map(({ id }) => id);

  it("locks: security, and who speaks for it today", () => {
    expect(locks(catalogue)).toEqual(["sam"]);
    expect(locks(lending("sam", "noor"))).toEqual(["sam", "noor"]);
  });
  it("lifts: somebody of security other than who set it, in any spelling of an address", () => {
    expect(lifts("priya")).toEqual(["sam"]);
    expect(lifts("sam")).toEqual([]);
    const twice = [...people, person("sam-too", ["security"], { email: "Sam+night@example.com" })];
    expect(lifts("sam", twice)).toEqual([]);
    expect(lifts("priya", twice)).toEqual(["sam", "sam-too"]);
  });
  it("lifts: security also what somebody set who has left, or what Latchkey itself set", () => {
    expect(lifts("gone")).toEqual(["sam"]);
  });
});

describe("whom a stage asks (I-12)", () => {
  const NINE = "2026-11-21T09:00:00Z";
  const can = (demand: Parameters<typeof canApprove>[2], when = NOON, of = people) =>
    of
      .filter((each) => canApprove({ ...catalogue, people: of }, agent, demand, { person: each, at: when }))
      .map(({ id }) => id);

  it("is the second group too from the moment of escalation, not before, and not without a moment", () => {
    const demand = { group: "privacy", escalateTo: "chiefs", escalateAt: NINE };
    expect(can(demand, Date.parse(NINE) - 1)).toEqual(["priya"]);
    expect(can(demand, Date.parse(NINE))).toEqual(["priya", "olu"]);
    expect(can({ ...demand, escalateAt: undefined })).toEqual(["priya"]);
    expect(can({ ...demand, escalateTo: undefined })).toEqual(["priya"]);
  });
  it("is only who can sign, where the stage takes no other word", () => {
    const signer = person("sig", ["privacy"], { principal: "arn:aws:iam::000000000000:user/sig" });
    expect(can({ group: "privacy", channel: "signed" }, NOON, [...people, signer])).toEqual(["sig"]);
    expect(can({ group: "privacy" }, NOON, [...people, signer])).toEqual(["priya", "sig"]);
  });
  it("is nobody of the agent's team, or of no known team, where the rule leaves the team out", () => {
    const teams = [
      person("luca", []),
      person("own", ["privacy"], { team: agent.team }),
      person("unknown", ["privacy"]),
      person("other", ["privacy"], { team: "elsewhere" }),
    ];
    expect(can({ group: "privacy", exclude: "team" }, NOON, teams)).toEqual(["other"]);
    expect(can({ group: "privacy" }, NOON, teams)).toEqual(["own", "unknown", "other"]);
  });
  it("is not the agent itself, whose role has a path in the catalogue", () => {
    const role = (path: string) => `arn:aws:iam::000000000000:role/${path}bot`;
    const bot = { ...agent, principals: [role("team/")] };
    const robot = person("robot", ["privacy"], { principal: role("") });
    const who = { person: robot, at };
    const here = { ...catalogue, people: [...people, robot] };
    expect(canApprove(here, bot, { group: "privacy" }, who)).toBe(false);
    expect(canApprove(here, { ...agent, principals: [role("other-")] }, { group: "privacy" }, who)).toBe(
      true,
    );
  });
  it("is still everybody else while the owner is away", () => {
    const who = { person: person("priya", ["privacy"]), at };
    expect(canApprove(lending("luca", "noor"), agent, { group: "privacy" }, who)).toBe(true);
  });
  it("is not asked whether it may lend what it could not decide: an owner who is away lends nothing", () => {
    const privacyOwner = people.map((each) => (each.id === "luca" ? person("luca", ["privacy"]) : each));
    const here = { ...lending("luca", "noor"), people: privacyOwner };
    const noor = person("noor", ["kitchen"]);
    expect(canApprove(here, agent, { group: "privacy" }, { person: noor, at })).toBe(false);
  });
});

describe("who reviews a broken glass", () => {
  it("is security alone when the resource is gone from the catalogue", () => {
    const reviews = (resource: Resource | undefined) =>
      idsWho((each) => mayReview(catalogue, agent, resource, { person: each, at }));
    expect([reviews(claims), reviews(undefined)]).toEqual([["ada", "sam"], ["sam"]]);
  });
});

describe("an approval that was given (I-18)", () => {
  const said = (who: string, channel?: "signed") => ({ person: who, at: "2026-11-21T11:00:00Z", channel });
  const lapses = (stage: Partial<Parameters<typeof lapsedRules>[2][number]>, here = catalogue) =>
    lapsedRules(here, agent, [
      { group: "privacy", quorum: 1, rule: "r", decided: [said("priya")], ...stage },
    ]);

  it("stands while as many as the quorum may still decide, and names the rule that it lacks for", () => {
    expect(lapses({})).toEqual([]);
    expect(lapses({ decided: [said("priya", "signed")] })).toEqual([]);
    expect(lapses({ quorum: 2 })).toEqual(["r"]);
    expect(lapses({ quorum: 2, decided: [said("priya"), said("noor")] })).toEqual(["r"]);
    expect(lapses({ group: "chiefs" })).toEqual(["r"]);
  });
  it("does not stand for a link's word where a signed one is demanded by now", () => {
    const signer = person("priya", ["privacy"], { principal: "arn:aws:iam::000000000000:user/priya" });
    const here = { ...catalogue, people: people.map((each) => (each.id === "priya" ? signer : each)) };
    expect(lapses({ channel: "signed" }, here)).toEqual(["r"]);
    expect(lapses({ channel: "signed", decided: [said("priya", "signed")] }, here)).toEqual([]);
  });
});

describe("one right that was used (I-13)", () => {
  it("is that of the person whom somebody unknown by now has not used up", () => {
    const decided = [{ person: "left-us", at: "2026-11-21T11:00:00Z" }];
    const stage = { group: "privacy", decided };
    const ids = mayDecide(catalogue, agent, { agent, stages: [stage] }, { stage, at }).map(({ id }) => id);
    expect(ids).toEqual(["priya"]);
  });
});
