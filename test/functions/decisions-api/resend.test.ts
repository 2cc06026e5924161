import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { MAILS_PER_HOUR } from "../../../functions/aws/table/mails.ts";
import { timedOut } from "../../fakes/faults.ts";
import { demand, withIdentities } from "../../fakes/policy.ts";
import { pendingGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const people = () => at.world.mail.inbox.map(({ to }) => to.split(".")[0]);
const again = async (person: string, id: string) => {
  const reply = await at.world.person(person).resend(id);
  await at.world.askAgain();
  return reply;
};
const mails = (person: string) => at.world.fake.item(keys.mails(person))?.mails;

describe("resending (I-22)", () => {
  it("mails new links and codes; earlier ones stay good, the grant does not change, and it is on record who wanted it", async () => {
    const id = await pendingGrant(at.world);
    const [first] = at.world.mail.inbox;
    const before = at.world.grant(id);
    expect(await again("priya", id)).toMatchObject({ status: 202, body: { id, status: "PENDING" } });
    expect(people()).toEqual(["priya", "tomas", "priya", "tomas"]);
    expect(at.world.grant(id)).toEqual(before);
    expect(new Set(at.world.mail.inbox.map(({ token }) => token)).size).toBe(4);
    expect(at.world.events("approval.asked").at(-1)).toMatchObject({
      actor: { type: "person", id: "priya" },
      facts: { code: "resend", people: "priya,tomas" },
    });
    const old = await at.world.submit(first?.token ?? "", { decision: "approve", code: first?.code ?? "" });
    expect([old.status, at.world.status(id)]).toEqual([200, "ACTIVE"]);
    expect((await at.world.decide("tomas", "reject")).status, "the newest is over with it").toBe(409);
  });
  it("keeps the task token: the decision wakes the workflow that asked", async () => {
    const id = await pendingGrant(at.world);
    await again("priya", id);
    await at.world.decide("tomas", "approve");
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("asks only those who have not answered", async () => {
    at.world.deploy(demand("personal-data-needs-privacy", { quorum: 2 }));
    const id = await pendingGrant(at.world);
    await at.world.decide("tomas", "approve");
    await again("priya", id);
    expect(people()).toEqual(["priya", "tomas", "priya"]);
  });
  it("reaches those whose mail could not be sent", async () => {
    at.world.mail.before = () => {
      throw timedOut("SES");
    };
    const id = await pendingGrant(at.world);
    at.world.mail.before = undefined;
    await again("priya", id);
    expect(people()).toEqual(["priya", "tomas"]);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it.each(["samira", "colin", "luca"])(
    "may be wanted by %s: security, audit, the agent's owner",
    async (person) => {
      at.world.deploy(withIdentities("luca"));
      const id = await pendingGrant(at.world);
      expect((await again(person, id)).status).toBe(202);
    },
  );
  it("may not be wanted by others, who see it or not, nor by the agent", async () => {
    const id = await twoStageGrant(at.world);
    expect(await again("ingrid", id), "of the second stage, not open yet").toMatchObject({ status: 403 });
    expect(await again("maya", id)).toMatchObject({ status: 404 });
    expect(await at.world.agent("analytics-copilot").resend(id)).toMatchObject({ status: 403 });
    expect(people()).toHaveLength(2);
  });
  it("is refused once the stage is over", async () => {
    const id = await pendingGrant(at.world);
    await at.world.decide("priya", "approve");
    expect(await again("priya", id)).toMatchObject({ status: 409, code: "wrong_state" });
    const late = await pendingGrant(at.world);
    at.world.workflow.paused = true;
    at.world.tick(24 * 3_600_000);
    expect(await again("priya", late)).toMatchObject({ status: 409, code: "wrong_state" });
  });
  it("mails nobody when the stage was decided between the answer and the work", async () => {
    const id = await pendingGrant(at.world);
    await at.world.person("samira").resend(id);
    await at.world.decide("priya", "approve");
    await at.world.askAgain();
    expect(people()).toEqual(["priya", "tomas"]);
  });
  it("is not accepted while Lambda cannot be reached", async () => {
    const id = await pendingGrant(at.world);
    at.world.asker.before = () => {
      throw timedOut("Lambda");
    };
    expect(await again("priya", id)).toMatchObject({ status: 503 });
    expect(people()).toHaveLength(2);
  });
});

describe("how often somebody may be mailed (I-45)", () => {
  it("an approver gets at most so many mails an hour, the ask's own among them; then 429 says when to come back, and nothing is sent", async () => {
    const id = await pendingGrant(at.world);
    for (let times = 1; times < MAILS_PER_HOUR; times += 1)
      expect((await again("samira", id)).status).toBe(202);
    const sent = people().length;
    const refused = await again("samira", id);
    expect(refused).toMatchObject({ status: 429, code: "quota_exceeded" });
    // Asked at 09:30:00.250: the next hour of the clock.
    expect(refused.body).toMatchObject({ error: { details: { retryAfterSeconds: 1_800 } } });
    expect(people()).toHaveLength(sent);
    expect(mails("priya")).toBe(MAILS_PER_HOUR);
    at.world.tick(1_800_000);
    expect((await again("samira", id)).status).toBe(202);
    expect(mails("priya")).toBe(1);
  });
  it("cannot be passed by racing: a hundred accepted at once send no more", async () => {
    const id = await pendingGrant(at.world);
    await Promise.all(Array.from({ length: 100 }, () => at.world.person("samira").resend(id)));
    await at.world.askAgain();
    expect(people().filter((person) => person === "priya").length).toBeLessThanOrEqual(MAILS_PER_HOUR);
    expect(mails("priya")).toBe(MAILS_PER_HOUR);
  });
  it("counts what a person's decision causes and does not refuse it", async () => {
    const hour = "2026-11-21T09";
    at.world.fake.plant({ ...keys.mails("ingrid"), entity: "mails", hour, mails: MAILS_PER_HOUR });
    const id = await twoStageGrant(at.world);
    const { digest } = at.world.grant(id);
    await at.world.person("priya").decide(id, { decision: "approve", stage: 1, digest });
    expect(people().filter((person) => person === "ingrid")).toHaveLength(1);
    expect(mails("ingrid")).toBe(MAILS_PER_HOUR + 1);
  });
});
