import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { MAILS_PER_HOUR } from "../../../functions/aws/table/mails.ts";
import { timedOut } from "../../fakes/faults.ts";
import { all, demand, edit } from "../../fakes/policy.ts";
import { once, pendingGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const HOUR = 3_600_000;
const PII = "personal-data-needs-privacy";
const people = () => at.world.mail.inbox.map(({ to }) => to.split(".")[0]);
const asked = () => at.world.events("approval.asked").map(({ facts }) => [facts.code, facts.people]);
const stored = (id: string, stage = 1) => at.world.fake.item(keys.stage(id, stage));
const sweepAfter = async (ms: number) => {
  await at.world.advance(ms);
  return at.world.sweep();
};
const FIRST = [undefined, "priya,tomas"];

describe("a reminder", () => {
  it("goes at half time, once, with a link and a code of its own; the first ones stay good", async () => {
    const id = await pendingGrant(at.world);
    const [first] = at.world.mail.inbox;
    await sweepAfter(61_000);
    await sweepAfter(12 * HOUR - 62_000);
    expect(people()).toEqual(["priya", "tomas"]);
    await sweepAfter(1_000);
    expect(people()).toEqual(["priya", "tomas", "priya", "tomas"]);
    expect(asked()).toEqual([FIRST, ["reminder", "priya,tomas"]]);
    for (let minutes = 0; minutes < 20; minutes += 1) await sweepAfter(60_000);
    expect(people(), "no second one").toHaveLength(4);
    const answer = await at.world.submit(first?.token ?? "", {
      decision: "approve",
      code: first?.code ?? "",
    });
    expect([answer.status, at.world.status(id)]).toEqual([200, "ACTIVE"]);
  });
  it("goes to those alone who have not answered", async () => {
    at.world.deploy(demand(PII, { quorum: 2 }));
    await pendingGrant(at.world);
    await at.world.decide("priya", "approve");
    await sweepAfter(12 * HOUR);
    expect(people()).toEqual(["priya", "tomas", "tomas"]);
  });
  it("of a second stage comes at half of its own time", async () => {
    const id = await twoStageGrant(at.world);
    await at.world.advance(10 * HOUR);
    await at.world.decide("priya", "approve");
    await sweepAfter(11 * HOUR);
    expect(people().slice(2)).toEqual(["ingrid"]); // kwame owns the agent
    await sweepAfter(HOUR);
    expect(people().slice(2)).toEqual(["ingrid", "ingrid"]);
    expect(stored(id, 2)).toMatchObject({ sending: 2, reminder: [] });
  });
  it("follows the time that the rule gives", async () => {
    at.world.deploy(demand(PII, { within: 600 }));
    const id = await pendingGrant(at.world);
    expect(at.world.grant(id).stages[0]).toMatchObject({ decideBy: "2026-11-21T09:40:00Z" });
    await sweepAfter(300_000);
    expect(asked()).toEqual([FIRST, ["reminder", "priya,tomas"]]);
    await sweepAfter(300_000);
    expect(at.world.status(id)).toBe("EXPIRED");
  });
  it("repeated by Lambda does nothing more", async () => {
    const id = await pendingGrant(at.world);
    await at.world.advance(12 * HOUR);
    const input = { schema: 1, grantId: id, stage: 1, again: "reminder" } as const;
    await at.world.asker.send(input);
    await at.world.asker.send(input);
    await at.world.askAgain();
    expect(people()).toHaveLength(4);
    expect(asked()).toHaveLength(2);
  });
  it("changes neither the grant nor the token that the workflow waits with", async () => {
    const id = await pendingGrant(at.world);
    const before = [at.world.grant(id), stored(id)?.taskToken];
    await sweepAfter(12 * HOUR);
    expect([at.world.grant(id), stored(id)?.taskToken]).toEqual(before);
    await at.world.decide("tomas", "approve");
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("never puts back a token that the workflow has replaced meanwhile", async () => {
    at.world.mail.before = ({ to }) => {
      if (to.startsWith("tomas")) throw timedOut("SES");
    };
    const id = await pendingGrant(at.world);
    at.world.mail.before = undefined;
    await at.world.advance(12 * HOUR);
    const isAsking = (command: { input: object }) =>
      JSON.stringify(command.input).includes('"entity":"stage"');
    const { askApprovers } = await import("../../../functions/ask-approvers/ask.ts");
    const token = at.world.workflow.newToken();
    at.world.fake.before = once(isAsking, () =>
      askApprovers(at.world.deps(), { schema: 1, grantId: id, stage: 1, taskToken: token }),
    );
    await at.world.sweep();
    expect(stored(id)?.taskToken).toBe(token);
  });
  it("is not sent when the stage is decided at that moment", async () => {
    const id = await pendingGrant(at.world);
    await at.world.advance(12 * HOUR);
    at.world.workflow.paused = true;
    const isAsking = (command: { input: object }) =>
      JSON.stringify(command.input).includes('"entity":"stage"');
    at.world.fake.before = once(isAsking, () => at.world.decide("priya", "reject"));
    await at.world.sweep();
    expect(people()).toHaveLength(2);
    expect(at.world.status(id)).toBe("REJECTED");
  });
  it("that fails for one is sent to that one again, and to nobody twice (I-22)", async () => {
    const id = await pendingGrant(at.world);
    at.world.mail.before = ({ to }) => {
      if (to.startsWith("tomas")) throw timedOut("SES");
    };
    await sweepAfter(12 * HOUR);
    expect([people(), at.world.status(id)]).toEqual([["priya", "tomas", "priya"], "PENDING"]);
    expect(stored(id)).toMatchObject({ reminder: ["tomas"] });
    at.world.mail.before = undefined;
    await sweepAfter(5 * 60_000 + 1);
    expect(people()).toEqual(["priya", "tomas", "priya", "tomas"]);
    expect(stored(id)).toMatchObject({ reminder: [] });
  });
  it("that can never be sent is given up; the grant still expires in time (I-20)", async () => {
    const id = await pendingGrant(at.world);
    at.world.mail.before = () => {
      throw timedOut("SES");
    };
    for (let minutes = 0; minutes < 24 * 12; minutes += 1) await sweepAfter(5 * 60_000);
    expect(at.world.status(id)).toBe("EXPIRED");
    expect(asked().length).toBeLessThanOrEqual(14);
  });
  it("comes later when Lambda could not be reached", async () => {
    await pendingGrant(at.world);
    await at.world.advance(12 * HOUR);
    at.world.asker.before = () => {
      throw timedOut("Lambda");
    };
    expect(await at.world.sweep()).toMatchObject({ failed: 1 });
    at.world.asker.before = undefined;
    await sweepAfter(121_000);
    expect(people()).toHaveLength(4);
  });
  it("skips whoever has had too many mails this hour (I-45)", async () => {
    const id = await pendingGrant(at.world);
    await at.world.advance(12 * HOUR);
    const hour = "2026-11-21T21";
    at.world.fake.plant({ ...keys.mails("priya"), entity: "mails", hour, mails: MAILS_PER_HOUR });
    at.world.fake.plant({ ...keys.mails("tomas"), entity: "mails", hour, mails: MAILS_PER_HOUR - 1 });
    await at.world.sweep();
    expect(people()).toEqual(["priya", "tomas", "tomas"]);
    expect(at.world.fake.item(keys.mails("tomas"))?.mails).toBe(MAILS_PER_HOUR);
    await sweepAfter(2 * HOUR);
    expect(people()).toHaveLength(3);
    expect(stored(id)).toMatchObject({ reminder: [] });
  });
});

describe("an escalation", () => {
  const toSecurity = (bundle: Parameters<ReturnType<typeof demand>>[0]) =>
    all(demand(PII, { escalateTo: "security" }))(bundle);
  it("asks the second group too, at three quarters, once; either may decide (I-13)", async () => {
    at.world.deploy(toSecurity);
    const id = await pendingGrant(at.world);
    await sweepAfter(12 * HOUR);
    await sweepAfter(6 * HOUR - 1_000);
    expect(people()).toHaveLength(4);
    await sweepAfter(1_000);
    expect(asked()).toEqual([
      FIRST,
      ["reminder", "priya,tomas"],
      ["escalation", "priya,tomas,samira,noor,emil"],
    ]);
    await sweepAfter(HOUR);
    expect(people()).toHaveLength(9);
    expect((await at.world.decide("samira", "approve")).status).toBe(200);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("gives the second group no say before its time", async () => {
    at.world.deploy(toSecurity);
    const id = await pendingGrant(at.world);
    await at.world.advance(18 * HOUR - 1_000);
    const { digest } = at.world.grant(id);
    const early = await at.world.person("samira").decide(id, { decision: "approve", stage: 1, digest });
    expect(early).toMatchObject({ status: 403, code: "not_your_role" });
  });
  it("comes alone when sweep slept through half time", async () => {
    at.world.deploy(toSecurity);
    await pendingGrant(at.world);
    await sweepAfter(20 * HOUR);
    expect(asked()).toEqual([FIRST, ["escalation", "priya,tomas,samira,noor,emil"]]);
  });
  it("never asks the agent's owner, who is in the second group (I-12)", async () => {
    at.world.deploy((bundle) => {
      toSecurity(bundle);
      edit(bundle.catalogue.people, "luca", (person) => {
        person.groups = ["security"];
      });
    });
    await pendingGrant(at.world);
    await sweepAfter(18 * HOUR);
    expect(people()).not.toContain("luca");
    expect(people()).toContain("samira");
  });
  it("comes though somebody has had the first group mailed again and again", async () => {
    at.world.deploy(toSecurity);
    const id = await pendingGrant(at.world);
    for (let times = 0; times < 12; times += 1) {
      await at.world.person("priya").resend(id);
      await at.world.askAgain();
    }
    await sweepAfter(18 * HOUR);
    expect(people()).toContain("samira");
  });
  it("stays owed to whoever has had too many mails, until the next hour (I-45)", async () => {
    at.world.deploy(toSecurity);
    const id = await pendingGrant(at.world);
    await at.world.advance(18 * HOUR);
    at.world.fake.plant({
      ...keys.mails("samira"),
      entity: "mails",
      hour: "2026-11-22T03",
      mails: MAILS_PER_HOUR,
    });
    await at.world.sweep();
    expect(stored(id)).toMatchObject({ escalation: ["samira"] });
    for (let minutes = 0; minutes < 40; minutes += 5) await sweepAfter(5 * 60_000);
    expect(people().filter((person) => person === "samira")).toHaveLength(1);
    expect(
      people().filter((person) => person === "priya"),
      "and nobody else again",
    ).toHaveLength(2);
  });
});

describe("asking again for what is not there", () => {
  it.each([
    ["a grant that never was", "aaaaaaaaaaaaaaaa", 1],
    ["a stage that is not open", undefined, 2],
  ])("%s mails nobody", async (_, other, stage) => {
    const id = await twoStageGrant(at.world);
    await at.world.asker.send({ schema: 1, grantId: other ?? id, stage, again: "resend" });
    await at.world.askAgain();
    expect(people()).toHaveLength(2);
    expect(at.world.lines.at(-1)).toMatchObject({ code: "approval.not_needed" });
  });
  it("a stage that the workflow has not asked yet is left to it", async () => {
    at.world.workflow.paused = true;
    const id = await pendingGrant(at.world);
    expect(await at.world.person("priya").resend(id)).toMatchObject({ status: 409, code: "wrong_state" });
    await at.world.asker.send({ schema: 1, grantId: id, stage: 1, again: "reminder" });
    await at.world.askAgain();
    expect(people()).toEqual([]);
  });
});
