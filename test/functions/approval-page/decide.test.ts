import { describe, expect, it } from "vitest";
import { timedOut } from "../../fakes/faults.ts";
import { edit } from "../../fakes/policy.ts";
import { movesTo, once, pendingGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();

describe("deciding", () => {
  it("approves: the grant is minted and the agent collects (I-01)", async () => {
    const id = await pendingGrant(at.world);
    expect((await at.world.decide("priya", "approve", { comment: "fine by me" })).status).toBe(200);
    expect(at.world.history(id)).toEqual([
      "grant.requested",
      "approval.asked",
      "grant.approved",
      "grant.attempt_claimed",
      "grant.activated",
    ]);
    expect(at.world.grant(id).stages).toMatchObject([
      { status: "approved", decided: [{ person: "priya", comment: "fine by me" }] },
    ]);
    expect((await at.world.agent("support-assistant").collect(id)).status).toBe(200);
  });
  it("one rejection rejects, and nothing is ever minted (I-17)", async () => {
    const id = await pendingGrant(at.world);
    await at.world.decide("tomas", "reject", { comment: "not for this" });
    expect(at.world.grant(id)).toMatchObject({
      status: "REJECTED",
      closing: { code: "rejected", by: "tomas" },
    });
    expect((await at.world.decide("priya", "approve")).status).toBe(409);
    expect(await at.world.mint(id)).toMatchObject({ next: "over" });
    expect(at.world.sts.requests).toBe(0);
  });
  it("two stages, in order, by distinct people (I-13)", async () => {
    const id = await twoStageGrant(at.world);
    await at.world.decide("priya", "approve");
    expect(at.world.grant(id)).toMatchObject({
      status: "PENDING",
      stages: [{ status: "approved" }, { status: "open" }],
    });
    expect(at.world.sts.requests).toBe(0);
    await at.world.decide("ingrid", "approve");
    expect(at.world.status(id)).toBe("ACTIVE");
    expect(
      at.world.history(id).filter((type) => type.startsWith("grant.stage") || type === "grant.approved"),
    ).toEqual(["grant.stage_approved", "grant.approved"]);
  });
  it("a quorum of two takes two people, also when both say yes in the same instant (F-13, I-13, I-14)", async () => {
    at.world.deploy((bundle) =>
      edit(bundle.rules, "personal-data-needs-privacy", (rule) => {
        if (rule.obligation) rule.obligation.quorum = 2;
      }),
    );
    const id = await pendingGrant(at.world);
    const isStageApproval = (command: { input: object }) =>
      JSON.stringify(command.input).includes("grant.stage_approved");
    at.world.fake.before = once(isStageApproval, () => at.world.decide("tomas", "approve"));
    expect((await at.world.decide("priya", "approve")).status).toBe(200);
    expect(at.world.grant(id).stages).toMatchObject([
      { decided: [{ person: "tomas" }, { person: "priya" }] },
    ]);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("one person's second yes does not fill a quorum (I-13)", async () => {
    at.world.deploy((bundle) =>
      edit(bundle.rules, "personal-data-needs-privacy", (rule) => {
        if (rule.obligation) rule.obligation.quorum = 2;
      }),
    );
    const id = await pendingGrant(at.world);
    await at.world.decide("priya", "approve");
    expect((await at.world.decide("priya", "approve")).status).toBe(409);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("repeating shows what was recorded and changes nothing (I-14)", async () => {
    const id = await pendingGrant(at.world);
    await at.world.decide("priya", "approve");
    const { version } = at.world.grant(id);
    const again = await at.world.decide("priya", "reject");
    expect(again.status).toBe(409);
    expect(again.html).toContain("You approved");
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", version });
    const other = await at.world.decide("tomas", "reject");
    expect([other.status, at.world.status(id)]).toEqual([409, "ACTIVE"]);
  });
});

describe("at the click, everything is checked again (I-18)", () => {
  it("an approver removed meanwhile cannot decide", async () => {
    const id = await pendingGrant(at.world);
    at.world.deploy((bundle) =>
      edit(bundle.catalogue.people, "priya", (person) => {
        person.groups = [];
      }),
    );
    expect((await at.world.page(at.world.mail.to("priya").token)).status).toBe(404);
    expect((await at.world.decide("priya", "approve")).status).toBe(404);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("an approver who has become the agent's owner cannot decide (I-12)", async () => {
    const id = await pendingGrant(at.world);
    at.world.deploy((bundle) =>
      edit(bundle.catalogue.agents, "support-assistant", (agent) => {
        agent.owner = "priya";
      }),
    );
    expect((await at.world.decide("priya", "approve")).status).toBe(404);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("policy that asks for more now ends the grant, DENIED", async () => {
    const id = await pendingGrant(at.world);
    at.world.deploy((bundle) =>
      edit(bundle.rules, "personal-data-needs-privacy", (rule) => {
        if (rule.obligation) rule.obligation.quorum = 2;
      }),
    );
    await at.world.decide("priya", "approve");
    expect(at.world.grant(id)).toMatchObject({ status: "DENIED", closing: { code: "policy_changed" } });
    expect(at.world.history(id)).not.toContain("grant.approved");
    expect(at.world.workflow.executions.get(id)?.at).toBe("done");
  });
  it("policy that asks for less now still takes the yes", async () => {
    const id = await twoStageGrant(at.world);
    at.world.deploy((bundle) => {
      bundle.rules = bundle.rules.filter((rule) => rule.id !== "analytics-personal-data-needs-owner");
    });
    await at.world.decide("priya", "approve");
    expect(at.world.status(id)).toBe("PENDING");
  });
});

describe("deciding while AWS fails", () => {
  it("a lost SendTaskSuccess is repaired by sweep (F-14)", async () => {
    const id = await pendingGrant(at.world);
    at.world.workflow.beforeTell = () => {
      throw timedOut("Step Functions");
    };
    expect((await at.world.decide("priya", "approve")).status).toBe(200);
    expect(at.world.status(id)).toBe("APPROVED");
    at.world.workflow.beforeTell = undefined;
    await at.world.advance(61_000);
    await at.world.sweep();
    await at.world.advance(0);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("a lost answer of the decision is settled by reading back", async () => {
    const id = await pendingGrant(at.world);
    at.world.fake.after = once(movesTo("APPROVED"), () => {
      throw timedOut("DynamoDB");
    });
    expect((await at.world.decide("priya", "approve")).status).toBe(200);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("a decision that could not be written was not made", async () => {
    const id = await pendingGrant(at.world);
    at.world.fake.before = (command) => {
      if (movesTo("APPROVED")(command)) throw timedOut("DynamoDB");
    };
    await expect(at.world.decide("priya", "approve")).rejects.toThrow();
    expect(at.world.status(id)).toBe("PENDING");
  });
});
