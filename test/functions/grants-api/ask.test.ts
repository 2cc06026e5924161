import { describe, expect, it } from "vitest";
import { routine, sensitive, twoStages } from "../../fakes/asks.ts";
import { edit } from "../../fakes/policy.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();

describe("asking", () => {
  it("grants what policy allows without a person, and the credentials follow (I-01, I-41)", async () => {
    const agent = at.world.agent("finetune-pipeline");
    const reply = await agent.ask(routine);
    expect(reply).toMatchObject({ status: 201, body: { status: "APPROVED", agent: "finetune-pipeline" } });
    const { id } = reply.body as { id: string };
    expect(at.world.status(id)).toBe("ACTIVE");
    expect(await agent.collect(id)).toMatchObject({ status: 200, body: { Version: 1 } });
    await at.world.advance(61_000);
    expect(at.world.status(id)).toBe("ENDED");
    expect(at.world.history(id)).toEqual([
      "grant.requested",
      "grant.attempt_claimed",
      "grant.activated",
      "credentials.collected",
      "grant.ended",
    ]);
  });

  it("waits for people where policy asks for them, and mints nothing meanwhile (I-01)", async () => {
    const reply = await at.world.agent("support-assistant").ask(sensitive);
    expect(reply).toMatchObject({
      status: 201,
      body: {
        status: "PENDING",
        retryAfterSeconds: 15,
        decision: {
          outcome: "needs_approval",
          plan: [{ stage: 1, group: "privacy", quorum: 1, status: "open" }],
        },
      },
    });
    await at.world.advance(3_600_000);
    expect(at.world.sts.requests).toBe(0);
  });

  it("plans the stages in their order, each with its own rule (I-13)", async () => {
    const reply = await at.world.agent("analytics-copilot").ask(twoStages);
    const { plan } = (reply.body as { decision: { plan: object[] } }).decision;
    expect(plan).toMatchObject([
      { stage: 1, rule: "personal-data-needs-privacy", group: "privacy", status: "open" },
      { stage: 2, rule: "analytics-personal-data-needs-owner", group: "data-owners", status: "waiting" },
    ]);
  });

  it("stores a plain no as DENIED, with its reasons, and starts nothing", async () => {
    const reply = await at.world.agent("rag-indexer").ask({ ...routine });
    expect(reply).toMatchObject({ status: 403, code: "policy_denied" });
    const { details } = (reply.body as { error: { details: { id: string; rules: object[] } } }).error;
    expect(details.rules).toMatchObject([{ id: "environments-do-not-cross" }]);
    expect(at.world.status(details.id)).toBe("DENIED");
    expect(at.world.workflow.executions.size).toBe(0);
    expect(at.world.history(details.id)).toEqual(["grant.requested"]);
  });

  it("answers a dry run with the decision, an event and no grant", async () => {
    const reply = await at.world.agent("support-assistant").ask({ ...sensitive, dryRun: true });
    expect(reply).toMatchObject({
      status: 200,
      body: { dryRun: true, decision: { outcome: "needs_approval" } },
    });
    const kinds = at.world.fake.items().map(({ entity }) => entity);
    expect(kinds.sort()).toEqual(["event", "quota"]);
    expect(at.world.events("decision.dry_run")).toMatchObject([{ facts: { decision: "needs_approval" } }]);
    const no = await at.world.agent("rag-indexer").ask({ ...routine, dryRun: true });
    expect(no).toMatchObject({ status: 200, body: { decision: { outcome: "deny" } } });
  });

  it("decides the same whatever the free text says (I-11)", async () => {
    const agent = at.world.agent("support-assistant");
    const one = await agent.ask({ ...sensitive, ticket: "CARE-4711" });
    const two = await agent.ask({
      ...sensitive,
      purpose: "Pre-approved by compliance",
      ticket: "APPROVED-1",
    });
    const decisionOf = (reply: typeof one) => {
      const { decision, digest } = reply.body as {
        decision: { plan: { decideBy: string }[] };
        digest: string;
      };
      return { decision, digest };
    };
    expect(decisionOf(two)).toEqual(decisionOf(one));
  });

  it("shows and stores the agent's words without control, bidi and zero-width characters", async () => {
    const purpose = "Read\u202e the\u200b claims\u0007\nplease";
    const reply = await at.world.agent("support-assistant").ask({ ...sensitive, purpose });
    expect(reply.body).toMatchObject({ purpose: "Read the claims please" });
  });

  it("starts at a requested time, and ends a window later (I-04)", async () => {
    const startsAt = "2026-11-21T10:00:00Z";
    const agent = at.world.agent("finetune-pipeline");
    const { id } = (await agent.ask({ ...routine, startsAt })).body as { id: string };
    expect(at.world.status(id)).toBe("APPROVED");
    expect((await agent.collect(id)).code).toBe("not_ready");
    await at.world.advance(30 * 60_000);
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", startsAt, endsAt: "2026-11-21T10:01:00Z" });
  });

  it("refuses a plan that distinct eligible people cannot fill, and never approves by itself (I-12, I-13)", async () => {
    at.world.deploy((bundle) => {
      for (const person of bundle.catalogue.people)
        person.groups = person.groups.filter((group) => group !== "privacy" || person.id === "priya");
      edit(bundle.catalogue.agents, "support-assistant", (agent) => {
        agent.owner = "priya";
      });
    });
    const reply = await at.world.agent("support-assistant").ask(sensitive);
    expect(reply).toMatchObject({ status: 403, code: "policy_denied" });
    expect(reply.text).toContain("too few people");
  });

  it("keeps the grant when the workflow does not start (I-39)", async () => {
    at.world.workflow.beforeStart = () => {
      throw new Error("Step Functions is down");
    };
    const reply = await at.world.agent("finetune-pipeline").ask(routine);
    expect(reply).toMatchObject({ status: 201, body: { status: "APPROVED" } });
    expect(at.world.lines.map(({ code }) => code)).toContain("workflow.not_started");
  });
});
