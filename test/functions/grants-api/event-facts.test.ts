import { describe, expect, it } from "vitest";
import type { AuditEvent, Facts } from "../../../functions/core/audit/event.ts";
import type { EventType } from "../../../functions/core/audit/registry.ts";
import { sensitive } from "../../fakes/asks.ts";
import { edit } from "../../fakes/policy.ts";
import { asked, pendingGrant, routineGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const all = (): AuditEvent[] => at.world.fake.events.map(({ body }) => JSON.parse(body));
const factsOf = (type: EventType): Facts[] => at.world.events(type).map(({ facts }) => facts);

describe("what an event tells of its grant", () => {
  it("has owner and team on every event of it, also beside the chain", async () => {
    const id = await pendingGrant(at.world);
    await at.world.decide("priya", "approve");
    await at.world.agent("support-assistant").collect(id);
    await at.world.advance(900_000);
    const events = all().filter(({ grant }) => grant === id);
    expect(events.length).toBeGreaterThan(6);
    for (const { facts } of events) expect(facts).toMatchObject({ owner: "luca", team: "customer-care" });
  });

  it("tells what policy asks for once, when asked: stages, words of people, the longest window", async () => {
    await twoStageGrant(at.world);
    expect(factsOf("grant.requested")).toMatchObject([
      { plan: "1:privacy:1,2:data-owners:1", approvalsNeeded: 2, capSeconds: 1800 },
    ]);
    for (const facts of factsOf("approval.asked")) expect(facts).not.toHaveProperty("plan");
  });

  it("keeps what policy saw and what rules on trial would have done with the ask alone, not in the grant", async () => {
    const id = await routineGrant(at.world, { windowSeconds: 3_600 });
    const [{ context = "", shadow = "" } = {}, ...more] = factsOf("grant.requested");
    expect(more).toEqual([]);
    expect(JSON.parse(context)).toEqual(at.world.grant(id).decision.context);
    expect(JSON.parse(shadow)).toMatchObject({ outcome: "needs_approval" });
    for (const { type, facts } of all().filter((each) => each.type !== "grant.requested"))
      for (const name of ["context", "shadow"]) expect(facts, type).not.toHaveProperty(name);
    expect(JSON.stringify(at.world.grant(id))).not.toContain("long-reads");
  });

  it("tells an agent that its ask was denied, and nothing of what is on trial", async () => {
    const asked3600 = {
      ...sensitive,
      resource: "training-manifests",
      windowSeconds: 3_600,
      scope: undefined,
    };
    const dry = await at.world.agent("finetune-pipeline").ask({ ...asked3600, dryRun: true });
    expect(dry).toMatchObject({ status: 200, body: { decision: { outcome: "allow" } } });
    expect(dry.text).not.toContain("long-reads");
    const answer = await at.world.agent("finetune-pipeline").ask(asked3600);
    expect(answer.status).toBe(201);
    expect(answer.text).not.toContain("long-reads");
  });

  it("counts each word of a stage that wants several", async () => {
    await asked(at.world, "support-assistant", {
      ...sensitive,
      resource: "medical-reports",
      scope: undefined,
    });
    const [facts] = factsOf("grant.requested");
    const quorums = (facts?.plan ?? "").split(",").map((stage) => Number(stage.split(":")[2]));
    expect(quorums.length).toBeGreaterThan(1);
    expect(facts?.approvalsNeeded).toBe(quorums.reduce((sum, quorum) => sum + quorum, 0));
    expect(facts?.approvalsNeeded).toBe(3);
  });

  it("needs nobody for what passes by itself, and says so", async () => {
    await routineGrant(at.world);
    const [facts] = factsOf("grant.requested");
    expect(facts).toMatchObject({ approvalsNeeded: 0 });
    expect(facts).not.toHaveProperty("plan");
    expect(facts?.capSeconds).toBeGreaterThanOrEqual(60);
  });

  it("has neither plan nor cap for a plain no", async () => {
    await at.world.agent("rag-indexer").ask({ ...sensitive });
    const [facts] = factsOf("grant.requested");
    expect(facts?.decision).toBe("deny");
    for (const name of ["plan", "approvalsNeeded", "capSeconds"]) expect(facts).not.toHaveProperty(name);
  });

  it("needs nobody for a broken glass; its review tells which stages were passed over", async () => {
    await at.world.agent("support-assistant").ask({ ...sensitive, breakGlass: true });
    expect(factsOf("grant.requested")).toMatchObject([
      { breakGlass: true, approvalsNeeded: 0, capSeconds: 900, people: "priya,tomas" },
    ]);
    expect(factsOf("grant.requested")[0]).not.toHaveProperty("plan");
    expect(factsOf("review.opened")).toMatchObject([{ plan: "1:privacy:1", people: "priya,tomas" }]);
  });

  it("a dry run tells as much", async () => {
    await at.world.agent("support-assistant").ask({ ...sensitive, ticket: "SUP-1", dryRun: true });
    expect(factsOf("decision.dry_run")).toMatchObject([
      {
        ...{ owner: "luca", team: "customer-care", purpose: sensitive.purpose, ticket: "SUP-1" },
        ...{ scope: '{"prefix":"2026/"}', plan: "1:privacy:1", approvalsNeeded: 1, capSeconds: 1800 },
      },
    ]);
  });

  it("no window is longer than the cap that its event names (I-04)", async () => {
    for (const windowSeconds of [60, 900, 1800]) await pendingGrant(at.world, { windowSeconds });
    for (const { windowSeconds = Number.NaN, capSeconds = Number.NaN } of factsOf("grant.requested"))
      expect(windowSeconds).toBeLessThanOrEqual(capSeconds);
  });

  it("names the team of who decided, by link and by signed call, for a yes and for a no", async () => {
    at.world.deploy(({ catalogue }) =>
      edit(catalogue.people, "priya", (person) => {
        person.team = "privacy-office";
      }),
    );
    await pendingGrant(at.world);
    await at.world.decide("priya", "approve");
    expect(factsOf("grant.approved")).toMatchObject([{ approverTeam: "privacy-office" }]);
    const { id, digest } = at.world.grant(await pendingGrant(at.world));
    const said = { stage: 1, decision: "reject", digest, comment: "not today" };
    await at.world.person("priya").call("POST", `/grants/${id}/decision`, { body: said });
    expect(factsOf("grant.rejected")).toMatchObject([{ approverTeam: "privacy-office", channel: "signed" }]);
  });
});

describe("the call by which somebody did it (I-07)", () => {
  it("is told as API Gateway says it: request and address, of signed calls and of the page", async () => {
    const id = await pendingGrant(at.world);
    await at.world.decide("priya", "approve");
    const origins = (type: EventType) =>
      at.world.events(type).map(({ actor: { requestId, sourceIp } }) => ({ requestId, sourceIp }));
    expect(origins("grant.requested")).toEqual([
      { requestId: expect.stringMatching(/^request-/), sourceIp: "203.0.113.7" },
    ]);
    expect(origins("grant.approved")).toEqual([
      { requestId: expect.stringMatching(/^page-/), sourceIp: "198.51.100.9" },
    ]);
    expect(at.world.status(id)).toBe("ACTIVE");
    // What the broker does by itself came by no call.
    expect(origins("grant.activated")).toEqual([{ requestId: undefined, sourceIp: undefined }]);
  });

  it("is not believed of headers", async () => {
    const headers = {
      "X-Forwarded-For": "192.0.2.66",
      "X-Amzn-RequestId": "forged",
      "x-amz-request-id": "forged",
    };
    await at.world.agent("support-assistant").ask(sensitive, headers);
    const text = JSON.stringify(all());
    expect(text).not.toMatch(/192\.0\.2\.66|forged/);
    expect(at.world.events("grant.requested")).toMatchObject([{ actor: { sourceIp: "203.0.113.7" } }]);
  });

  it("is told of refused links too", async () => {
    await at.world.page("x".repeat(43));
    expect(at.world.events("request.refused")).toMatchObject([
      { actor: { id: "approval-link", sourceIp: "198.51.100.9" } },
    ]);
  });
});
