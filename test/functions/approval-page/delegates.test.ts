import { describe, expect, it } from "vitest";
import { demand, edit } from "../../fakes/policy.ts";
import { pendingGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const people = () => at.world.mail.inbox.map(({ to }) => to.split(".")[0]);
const DAY = 86_400_000;

describe("while an approver is away (I-12, I-13)", () => {
  it("whom they named is asked and decides; they are not, also with an older link (I-18)", async () => {
    const older = await pendingGrant(at.world);
    const [link] = at.world.mail.inbox;
    at.world.deploy((bundle) => {
      bundle.catalogue.delegations = [
        { from: "priya", to: "samira", starts: "2026-11-21", ends: "2026-11-21" },
      ];
    });
    const answer = await at.world.submit(link?.token ?? "", { decision: "approve", code: link?.code ?? "" });
    expect([answer.status, at.world.status(older)]).toEqual([404, "PENDING"]);
    const id = await pendingGrant(at.world, { windowSeconds: 60 });
    expect(people().slice(2)).toEqual(["tomas", "samira"]);
    expect((await at.world.decide("samira", "approve")).status).toBe(200);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("a link of whom they named ends with the days, before the stage does", async () => {
    at.world.deploy((bundle) => {
      bundle.catalogue.delegations = [
        { from: "priya", to: "samira", starts: "2026-11-21", ends: "2026-11-21" },
      ];
    });
    const id = await pendingGrant(at.world);
    await at.world.advance(15 * 3_600_000);
    expect((await at.world.decide("samira", "approve")).status).toBe(404);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("the agent's owner is not asked, though named; a plan that nobody else can fill is refused", async () => {
    at.world.deploy((bundle) => {
      demand("personal-data-needs-privacy", { quorum: 2 })(bundle);
      bundle.catalogue.delegations = [
        { from: "priya", to: "luca", starts: "2026-11-21", ends: "2026-11-21" },
      ];
    });
    const agent = at.world.agent("support-assistant");
    const body = {
      resource: "claims",
      access: "read",
      windowSeconds: 900,
      purpose: "x",
      scope: { prefix: "2026/" },
    };
    expect(await agent.ask(body)).toMatchObject({ status: 403, code: "policy_denied" });
    expect(people()).toEqual([]);
  });
  it("two whom one has named are one yes: a quorum of two waits for another", async () => {
    at.world.deploy((bundle) => {
      demand("personal-data-needs-privacy", { quorum: 2 })(bundle);
      bundle.catalogue.delegations = ["samira", "ingrid"].map((to) => ({
        from: "priya",
        to,
        starts: "2026-11-21",
        ends: "2026-11-21",
      }));
    });
    const id = await pendingGrant(at.world);
    expect((await at.world.decide("samira", "approve")).status).toBe(200);
    expect((await at.world.decide("ingrid", "approve")).status).toBe(404);
    expect(at.world.status(id)).toBe("PENDING");
    await at.world.decide("tomas", "approve");
    expect(at.world.status(id)).toBe("ACTIVE");
  });
});

describe("what is approved does not lapse because time moved (I-11, I-18)", () => {
  const NIGHT = {
    id: "night-needs-security",
    reason: "at night security is asked",
    effect: "forbid" as const,
    text: "forbid (principal, action, resource) when { context.hour >= 18 };",
    obligation: { approvers: "security", quorum: 1, stage: 2 },
  };
  const EVENING = Date.parse("2026-11-21T17:59:00+01:00") /* in the zone of policy/risk.yaml */;
  const toEvening = () => at.world.tick(EVENING - at.world.now());

  it("approved at 17:59 and activated at 18:01 under a night rule: activated", async () => {
    at.world.deploy((bundle) => bundle.rules.push(NIGHT));
    toEvening();
    const id = await pendingGrant(at.world);
    at.world.workflow.paused = true;
    await at.world.decide("priya", "approve");
    at.world.tick(120_000);
    expect(at.world.status(id)).toBe("APPROVED");
    at.world.workflow.paused = false;
    await at.world.advance(0);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("asked at 17:59 and clicked at 18:01: the yes counts, and security is not asked", async () => {
    at.world.deploy((bundle) => bundle.rules.push(NIGHT));
    toEvening();
    const id = await pendingGrant(at.world);
    await at.world.advance(120_000);
    await at.world.decide("priya", "approve");
    expect(at.world.status(id)).toBe("ACTIVE");
    expect(people()).toEqual(["priya", "tomas"]);
  });
  it("asked at 18:01, security is asked", async () => {
    at.world.deploy((bundle) => bundle.rules.push(NIGHT));
    at.world.tick(EVENING + 120_000 - at.world.now());
    const id = await pendingGrant(at.world);
    await at.world.decide("priya", "approve");
    expect(at.world.grant(id).stages).toMatchObject([
      { status: "approved" },
      { status: "open", group: "security" },
    ]);
  });
  it("a policy deploy in between that asks for more: DENIED policy_changed, never minted", async () => {
    const id = await pendingGrant(at.world);
    at.world.workflow.paused = true;
    await at.world.decide("priya", "approve");
    at.world.deploy((bundle) =>
      bundle.rules.push({ ...NIGHT, text: "forbid (principal, action, resource);", id: "always-security" }),
    );
    at.world.workflow.paused = false;
    await at.world.advance(0);
    expect(at.world.grant(id)).toMatchObject({ status: "DENIED", closing: { code: "policy_changed" } });
    expect(at.world.sts.requests).toBe(0);
  });
  it("an approver who leaves between yes and activation: DENIED, never minted", async () => {
    const id = await pendingGrant(at.world);
    at.world.workflow.paused = true;
    await at.world.decide("priya", "approve");
    at.world.deploy((bundle) =>
      edit(bundle.catalogue.people, "priya", (person) => {
        person.groups = [];
      }),
    );
    at.world.workflow.paused = false;
    await at.world.advance(0);
    expect(at.world.grant(id)).toMatchObject({ status: "DENIED", closing: { code: "policy_changed" } });
    expect(at.world.sts.requests).toBe(0);
  });
  it("a day that has passed since a delegate's yes changes nothing", async () => {
    at.world.deploy((bundle) => {
      bundle.catalogue.delegations = [
        { from: "priya", to: "samira", starts: "2026-11-21", ends: "2026-11-21" },
      ];
    });
    const id = await pendingGrant(at.world, { startsAt: "2026-11-22T09:00:00Z" });
    await at.world.decide("samira", "approve");
    await at.world.advance(DAY);
    expect(["ACTIVE", "ENDED"]).toContain(at.world.status(id));
    expect(at.world.sts.issued).toHaveLength(1);
  });
  it.each(["yes and activation", "two yeses"])(
    "days on which everybody is away, between %s, undo no yes (I-11)",
    async (between) => {
      at.world.deploy((bundle) => {
        // luca owns the agent: from the 23rd on nobody is there who may decide it.
        bundle.catalogue.delegations = ["priya", "tomas"].map((from) => ({
          ...{ from, to: "luca", starts: "2026-11-23", ends: "2026-11-24" },
        }));
        if (between === "two yeses")
          edit(bundle.rules, "special-category-needs-owner", ({ obligation }) => {
            if (obligation) Object.assign(obligation, { stage: 1, within: 7 * 86_400 });
          });
        edit(bundle.rules, "special-category-needs-privacy", ({ obligation }) => {
          if (obligation) Object.assign(obligation, { stage: 2, quorum: 1, within: 7 * 86_400 });
        });
      });
      if (between === "yes and activation") {
        const id = await pendingGrant(at.world, { startsAt: "2026-11-23T09:30:00Z" });
        await at.world.decide("priya", "approve");
        await at.world.advance(2 * DAY);
        expect(at.world.status(id)).toBe("ACTIVE");
        return;
      }
      const id = await pendingGrant(at.world, { resource: "medical-reports", windowSeconds: 600 });
      await at.world.advance(2 * DAY);
      await at.world.decide("ingrid", "approve");
      expect(at.world.status(id)).toBe("PENDING");
      await at.world.advance(2 * DAY);
      const { digest, stages } = at.world.grant(id);
      const stage = stages.findIndex(({ status }) => status === "open") + 1;
      await at.world.person("priya").decide(id, { decision: "approve", stage, digest });
      expect(at.world.status(id)).toBe("ACTIVE");
    },
  );
});
