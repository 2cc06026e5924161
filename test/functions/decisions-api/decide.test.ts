import { describe, expect, it } from "vitest";
import { identityOf } from "../../fakes/api.ts";
import { timedOut } from "../../fakes/faults.ts";
import { all, demand, edit, withIdentities } from "../../fakes/policy.ts";
import { movesTo, once, pendingGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const PII = "personal-data-needs-privacy";
const word = (id: string, more: object = {}) => ({
  decision: "approve",
  stage: 1,
  digest: at.world.grant(id).digest,
  ...more,
});
const say = (person: string, id: string, more: object = {}) =>
  at.world.person(person).decide(id, word(id, more));
const rejected = (id: string, more: object = {}) => say("priya", id, { decision: "reject", ...more });

describe("a signed decision", () => {
  it("approves, without a code from a mail, and says in the record how it was given", async () => {
    const id = await pendingGrant(at.world);
    const reply = await say("priya", id, { comment: "fine by me" });
    expect(reply).toMatchObject({ status: 200, body: { id, status: "APPROVED" } });
    expect(at.world.status(id)).toBe("ACTIVE");
    expect(at.world.grant(id).stages).toMatchObject([
      { status: "approved", decided: [{ person: "priya", comment: "fine by me", channel: "signed" }] },
    ]);
    expect(at.world.events("grant.approved")).toMatchObject([
      {
        actor: { type: "person", id: "priya", arn: expect.stringContaining("user/latchkey-example-priya") },
        facts: { stage: 1, group: "privacy", channel: "signed", reason: "fine by me" },
      },
    ]);
  });
  it("rejects, and nothing is ever minted; the agent is told why (I-17)", async () => {
    const id = await pendingGrant(at.world);
    expect(await rejected(id, { comment: "not for this" })).toMatchObject({ status: 200 });
    expect(at.world.events("grant.rejected")).toMatchObject([{ facts: { channel: "signed" } }]);
    const seen = await at.world.agent("support-assistant").get(id);
    expect(seen.body).toMatchObject({
      status: "REJECTED",
      closing: { code: "rejected", detail: "not for this", by: "priya" },
    });
    expect(await at.world.mint(id)).toMatchObject({ next: "over" });
    expect(at.world.sts.requests).toBe(0);
  });
  it("costs one write request and one run beyond what the grant costs anyway", async () => {
    const id = await pendingGrant(at.world);
    at.world.workflow.paused = true;
    const { writes } = at.world.fake.counts;
    await say("priya", id);
    expect(at.world.fake.counts.writes - writes).toBe(1);
    expect(at.world.runs["decisions-api"]).toBe(1);
  });
  it("repeated, answers what was recorded and changes nothing; another word is refused (I-14)", async () => {
    const id = await pendingGrant(at.world);
    await say("priya", id);
    const { version } = at.world.grant(id);
    expect(await say("priya", id, { comment: "again" })).toMatchObject({ status: 200, body: { id } });
    expect(await rejected(id)).toMatchObject({ status: 409, code: "wrong_state" });
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", version });
    const no = await pendingGrant(at.world);
    await rejected(no);
    expect(await rejected(no)).toMatchObject({ status: 200, body: { status: "REJECTED" } });
    expect(await say("priya", no)).toMatchObject({ status: 409 });
  });
  it("goes with a link of another person: a quorum of two, one of each (I-13)", async () => {
    at.world.deploy(demand(PII, { quorum: 2 }));
    const id = await pendingGrant(at.world);
    await at.world.decide("tomas", "approve");
    await say("priya", id);
    expect(at.world.status(id)).toBe("ACTIVE");
    expect(at.world.grant(id).stages[0]?.decided).toMatchObject([
      { person: "tomas" },
      { person: "priya", channel: "signed" },
    ]);
    expect(at.world.grant(id).stages[0]?.decided[0]).not.toHaveProperty("channel");
  });
  it("opens the next stage, which is asked in its turn (I-13)", async () => {
    const id = await twoStageGrant(at.world);
    expect(await say("priya", id)).toMatchObject({ status: 200, body: { status: "PENDING" } });
    expect(at.world.mail.inbox.map(({ to }) => to.split(".")[0])).toEqual(["priya", "tomas", "ingrid"]);
    await say("ingrid", id, { stage: 2 });
    expect(at.world.status(id)).toBe("ACTIVE");
  });
});

describe("by link and signed, by one person at once (I-13, I-14)", () => {
  const twoNeeded = async () => {
    at.world.deploy(demand(PII, { quorum: 2 }));
    return pendingGrant(at.world);
  };
  const isVote = (command: { input: object }) =>
    JSON.stringify(command.input).includes("grant.stage_approved");
  it("counts once, when the signed one is overtaken: it is a repeat", async () => {
    const id = await twoNeeded();
    at.world.fake.before = once(isVote, () => at.world.decide("priya", "approve"));
    expect(await say("priya", id)).toMatchObject({ status: 200, body: { status: "PENDING" } });
    expect(at.world.grant(id).stages[0]?.decided).toMatchObject([{ person: "priya" }]);
  });
  it("counts once, when the link is overtaken: it shows what was recorded", async () => {
    const id = await twoNeeded();
    at.world.fake.before = once(isVote, () => say("priya", id));
    expect((await at.world.decide("priya", "approve")).status).toBe(409);
    expect(at.world.grant(id).stages[0]?.decided).toMatchObject([{ person: "priya", channel: "signed" }]);
    expect(at.world.status(id)).toBe("PENDING");
  });
});

describe("a signed decision is refused", () => {
  const unchanged = async (id: string, more: object, code: string) => {
    const before = at.world.grant(id);
    const reply = await say("priya", id, more);
    expect(reply.code).toBe(code);
    expect(at.world.grant(id)).toEqual(before);
    expect(at.world.events("request.refused").at(-1)).toMatchObject({
      actor: { id: "priya" },
      facts: { code, path: "POST /grants/{id}/decision" },
    });
    return reply;
  };
  it.each([
    ["another digest", { digest: `sha256:${"0".repeat(64)}` }, "wrong_state"],
    ["no digest of ours", { digest: "sha256:0" }, "invalid_request"],
    ["a stage that is not open yet", { stage: 2 }, "wrong_state"],
    ["no stage", { stage: undefined }, "invalid_request"],
    ["another word", { decision: "escalate" }, "invalid_request"],
    ["an approver", { approver: "tomas" }, "invalid_request"],
    ["a person", { person: "tomas" }, "invalid_request"],
    ["a time", { approvedAt: "2026-11-21T09:30:00Z" }, "invalid_request"],
    ["a status", { status: "APPROVED" }, "invalid_request"],
    ["an action of the client's making", { action: "APPROVE_ALL" }, "invalid_request"],
    ["a channel", { channel: "link" }, "invalid_request"],
    ["a comment of 1 MB", { comment: "x".repeat(1_000_000) }, "invalid_request"],
  ])("with %s, and nothing changes (I-15, I-21)", async (_, more, code) => {
    const id = await twoStageGrant(at.world);
    await unchanged(id, more, code);
  });
  it("for a stage that is over, with what is open now (I-15)", async () => {
    const id = await twoStageGrant(at.world);
    await at.world.decide("tomas", "approve");
    const reply = await unchanged(id, {}, "wrong_state");
    expect(reply.body).toMatchObject({ error: { details: { status: "PENDING", stage: 2 } } });
  });
  it("with the digest of another grant (I-15)", async () => {
    const [one, two] = [await pendingGrant(at.world), await pendingGrant(at.world, { windowSeconds: 60 })];
    await unchanged(one, { digest: at.world.grant(two).digest }, "wrong_state");
  });
  it("once its time is over, before sweep has said so (I-20)", async () => {
    const id = await pendingGrant(at.world);
    at.world.workflow.paused = true;
    at.world.tick(24 * 3_600_000);
    await unchanged(id, {}, "wrong_state");
  });
  it("once it is cancelled (I-17)", async () => {
    const id = await pendingGrant(at.world);
    await at.world.agent("support-assistant").release(id);
    const reply = await unchanged(id, {}, "wrong_state");
    expect(reply.body).toMatchObject({ error: { details: { status: "CANCELLED" } } });
  });
  it("from an approver removed meanwhile, who may not even see it (I-18)", async () => {
    const id = await pendingGrant(at.world);
    at.world.deploy((bundle) =>
      edit(bundle.catalogue.people, "priya", (person) => {
        person.groups = [];
      }),
    );
    await unchanged(id, {}, "not_found");
  });
  it("from everybody, when the group was emptied meanwhile: it expires (I-18, I-20)", async () => {
    const id = await pendingGrant(at.world);
    at.world.deploy((bundle) => {
      for (const person of bundle.catalogue.people)
        person.groups = person.groups.map((group) => (group === "privacy" ? "security" : group));
    });
    await unchanged(id, {}, "not_your_role");
    expect((await at.world.decide("tomas", "approve")).status).toBe(404);
    await at.world.advance(24 * 3_600_000);
    await at.world.sweep();
    expect(at.world.status(id)).toBe("EXPIRED");
  });
  it("from whoever may see it and is not asked: 403; from whoever may not: 404", async () => {
    const id = await pendingGrant(at.world);
    expect(await say("samira", id)).toMatchObject({ status: 403, code: "not_your_role" });
    expect(await say("colin", id)).toMatchObject({ status: 403, code: "not_your_role" });
    expect(await say("maya", id)).toMatchObject({ status: 404, code: "not_found" });
    const nothing = { decision: "approve", stage: 1, digest: at.world.grant(id).digest };
    expect(await at.world.person("priya").decide("aaaaaaaaaaaaaaaa", nothing)).toMatchObject({ status: 404 });
    expect(await at.world.person("priya").decide("GRANT", nothing)).toMatchObject({ status: 404 });
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("from any agent, the requester first of all, and from strangers (I-12)", async () => {
    const id = await pendingGrant(at.world);
    expect(await at.world.agent("support-assistant").decide(id, word(id))).toMatchObject({
      status: 403,
      code: "not_your_role",
    });
    const stranger = identityOf("arn:aws:iam::123456789012:user/nobody", "AIDANOBODY");
    expect(await at.world.as(stranger).decide(id, word(id))).toMatchObject({
      status: 403,
      code: "forbidden",
    });
    expect(await at.world.as(undefined).decide(id, word(id))).toMatchObject({
      status: 403,
      code: "forbidden",
    });
  });
  it("whatever headers say who is calling (I-07)", async () => {
    const id = await pendingGrant(at.world);
    const headers = {
      "X-Amzn-Principal": "priya",
      "X-Forwarded-User": "priya",
      "x-amzn-oidc-identity": "arn:aws:iam::123456789012:user/latchkey-example-priya",
    };
    const reply = await at.world
      .person("maya")
      .call("POST", `/grants/${id}/decision`, { body: word(id), headers });
    expect(reply.status).toBe(404);
  });
  it("from the agent's owner, though of the group (I-12)", async () => {
    at.world.deploy(
      all(withIdentities("luca"), (bundle) =>
        edit(bundle.catalogue.people, "luca", (person) => {
          person.groups = ["privacy"];
        }),
      ),
    );
    const id = await pendingGrant(at.world);
    expect(await say("luca", id)).toMatchObject({ status: 403, code: "not_your_role" });
  });
  it("when policy asks for more now: the grant is DENIED, nothing was approved (I-18)", async () => {
    const id = await pendingGrant(at.world);
    at.world.deploy(demand(PII, { quorum: 2 }));
    expect(await say("priya", id)).toMatchObject({ status: 409, code: "wrong_state" });
    expect(at.world.grant(id)).toMatchObject({ status: "DENIED", closing: { code: "policy_changed" } });
    expect(at.world.history(id)).not.toContain("grant.approved");
  });
});

describe("a signed decision while AWS fails", () => {
  it("was not made when it could not be written", async () => {
    const id = await pendingGrant(at.world);
    at.world.fake.before = (command) => {
      if (movesTo("APPROVED")(command)) throw timedOut("DynamoDB");
    };
    expect(await say("priya", id)).toMatchObject({ status: 503 });
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("stands when the workflow could not be told: sweep does", async () => {
    const id = await pendingGrant(at.world);
    at.world.workflow.beforeTell = () => {
      throw timedOut("Step Functions");
    };
    expect((await say("priya", id)).status).toBe(200);
    expect(at.world.status(id)).toBe("APPROVED");
    at.world.workflow.beforeTell = undefined;
    await at.world.advance(61_000);
    await at.world.sweep();
    await at.world.advance(0);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
});

describe("who a person is (I-07, I-12)", () => {
  const ROLE =
    "arn:aws:iam::{account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Approvers_0123456789abcdef";
  const session = (name: string, role = "AWSReservedSSO_Approvers_0123456789abcdef") =>
    at.world.as(identityOf(`arn:aws:iam::123456789012:role/${role}`, "AROASSO", name));
  const sso = (sessionName?: string) =>
    at.world.deploy((bundle) => {
      for (const id of ["priya", "tomas"])
        edit(bundle.catalogue.people, id, (person) => {
          person.principal = ROLE;
          if (id === "priya" && sessionName) person.sessionName = sessionName;
        });
    });
  it("on a shared SSO role is told by the session's name, which is the address", async () => {
    sso();
    const id = await pendingGrant(at.world);
    expect(await session("somebody").decide(id, word(id))).toMatchObject({ status: 403, code: "forbidden" });
    expect((await session("tomas.herrera@northwind.example").decide(id, word(id))).status).toBe(200);
    expect(at.world.grant(id).stages[0]?.decided).toMatchObject([{ person: "tomas" }]);
  });
  it("or by the name that the catalogue says, and then not by the address", async () => {
    sso("praman");
    const id = await pendingGrant(at.world);
    const byAddress = await session("priya.raman@northwind.example").decide(id, word(id));
    expect(byAddress).toMatchObject({ status: 403, code: "forbidden" });
    expect((await session("praman").decide(id, word(id))).status).toBe(200);
    expect(at.world.grant(id).stages[0]?.decided).toMatchObject([{ person: "priya" }]);
  });
  it("on any other role is nobody, whatever its session is called", async () => {
    sso("praman");
    const id = await pendingGrant(at.world);
    expect(await session("praman", "Approvers").decide(id, word(id))).toMatchObject({ code: "forbidden" });
  });
});
