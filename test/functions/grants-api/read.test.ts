import { describe, expect, it } from "vitest";
import { routine, sensitive } from "../../fakes/asks.ts";
import { approvedGrant, pendingGrant, routineGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
type Listed = { grants: { id: string }[]; cursor?: string };

describe("reading one grant", () => {
  it("shows its agent the grant with its timeline", async () => {
    const id = await routineGrant(at.world);
    const reply = await at.world.agent("finetune-pipeline").get(id);
    expect(reply).toMatchObject({ status: 200, body: { id, status: "ACTIVE" } });
    const { timeline, window } = reply.body as { timeline: { type: string; by: string }[]; window: object };
    expect(window).toEqual({ seconds: 60, startsAt: "2026-11-21T09:30:00Z", endsAt: "2026-11-21T09:31:00Z" });
    expect(timeline.map(({ type, by }) => `${type} by ${by}`)).toEqual([
      "grant.requested by finetune-pipeline",
      "grant.attempt_claimed by mint-credentials",
      "grant.activated by mint-credentials",
    ]);
  });
  it("is 404 for another agent, and for what is no id or not there, with one answer (I-31)", async () => {
    const id = await pendingGrant(at.world);
    const other = at.world.agent("analytics-copilot");
    const texts = await Promise.all(
      [id, "aaaaaaaaaaaaaaaa", "x", "GRANT#x", `${id}%00`].map(async (each) => {
        const reply = await other.get(each);
        expect(reply).toMatchObject({ status: 404, code: "not_found" });
        return reply.text;
      }),
    );
    expect(new Set(texts).size).toBe(1);
  });
  it.each([
    ["an approver of its stage", "priya", 200],
    ["the resource's owner group", "ingrid", 200],
    ["security", "samira", 200],
    ["compliance", "colin", 200],
    ["somebody else", "maya", 404],
  ])("by %s: %s gets %i", async (_, person, status) => {
    const id = await pendingGrant(at.world);
    expect((await at.world.person(person).get(id)).status).toBe(status);
  });
  it("tells security and compliance what rules on trial would have made of it, and nobody else", async () => {
    const id = await routineGrant(at.world, { windowSeconds: 3_600 });
    type Shown = { decision: { outcome: string; rules: { id: string }[]; shadow?: unknown } };
    const shown = async (caller: { get(id: string): Promise<{ status: number; body: unknown }> }) => {
      const { status, body } = await caller.get(id);
      expect(status).toBe(200);
      return (body as Shown).decision;
    };
    for (const person of ["samira", "colin"])
      expect(await shown(at.world.person(person))).toMatchObject({
        ...{ outcome: "allow", rules: [{ id: "read-internal-for-longer" }] },
        shadow: {
          notes: [{ id: "long-reads-need-ml-platform", would: "ask", group: "ml-platform", quorum: 1 }],
          outcome: "needs_approval",
          plan: [{ stage: 1, group: "ml-platform" }],
        },
      });
    // The pipeline itself, and its owner, who is of the resource's owner group.
    for (const caller of [at.world.agent("finetune-pipeline"), at.world.person("maya")])
      expect(await shown(caller)).not.toHaveProperty("shadow");
    const listed = await at.world.person("samira").list({ agent: "finetune-pipeline" });
    expect(listed.text).toContain(id);
    expect(listed.text).not.toContain("long-reads");
  });
  it("holds the answer until a machine has acted, and no longer than asked", async () => {
    const id = await approvedGrant(at.world);
    const from = at.world.now();
    const waiting = await at.world.agent("finetune-pipeline").get(id, { wait: "2" });
    expect(waiting.body).toMatchObject({ status: "APPROVED" });
    expect(at.world.now() - from).toBeLessThanOrEqual(2_000);
    at.world.workflow.paused = false;
    expect((await at.world.agent("finetune-pipeline").get(id, { wait: "5" })).body).toMatchObject({
      status: "ACTIVE",
    });
  });
  it("does not hold the answer for a start that is days away", async () => {
    const id = await routineGrant(at.world, { startsAt: "2026-11-23T09:00:00Z" });
    const began = at.world.now();
    const reply = await at.world.agent("finetune-pipeline").get(id, { wait: "5" });
    expect(reply.body).toMatchObject({ status: "APPROVED" });
    expect(at.world.now() - began).toBe(0);
  });
  it("does not wait for people", async () => {
    const id = await pendingGrant(at.world);
    const from = at.world.now();
    expect((await at.world.agent("support-assistant").get(id, { wait: "5" })).status).toBe(200);
    expect(at.world.now()).toBe(from);
    expect(await at.world.agent("support-assistant").get(id, { wait: "6" })).toMatchObject({
      status: 400,
      path: "wait",
    });
  });
  it("changes nothing, however often (I-16)", async () => {
    const id = await pendingGrant(at.world);
    const { writes } = at.world.fake.counts;
    const before = at.world.fake.items();
    await at.world.agent("support-assistant").get(id);
    await at.world.agent("support-assistant").list();
    await at.world.agent("support-assistant").catalogue();
    expect([at.world.fake.counts.writes, at.world.fake.items()]).toEqual([writes, before]);
    // Of people's reading nothing is kept but that they read.
    await at.world.person("priya").get(id);
    const added = at.world.fake.items().slice(before.length);
    expect(added.map(({ entity }) => entity).sort()).toEqual(["event", "reads"]);
    expect(at.world.fake.items().slice(0, before.length)).toEqual(before);
  });
});

describe("listing", () => {
  it("pages through one's own, newest first", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.unshift(await pendingGrant(at.world));
      at.world.tick(1_000);
    }
    await twoStageGrant(at.world);
    const agent = at.world.agent("support-assistant");
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = (await agent.list({ limit: "2", ...(cursor ? { cursor } : {}) })).body as Listed;
      seen.push(...page.grants.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor);
    expect(seen).toEqual(ids);
  });
  it("refuses a cursor of another agent's list, a forged one and another's name (I-10)", async () => {
    await twoStageGrant(at.world);
    await twoStageGrant(at.world);
    const theirs = (await at.world.agent("analytics-copilot").list({ limit: "1" })).body as Listed;
    const agent = at.world.agent("support-assistant");
    expect(await agent.list({ cursor: theirs.cursor ?? "" })).toMatchObject({ status: 400, path: "cursor" });
    expect(await agent.list({ cursor: "bm9uc2Vuc2U" })).toMatchObject({ status: 400, path: "cursor" });
    expect(await agent.list({ agent: "analytics-copilot" })).toMatchObject({ status: 404 });
    expect(((await agent.list()).body as Listed).grants).toEqual([]);
  });
  it("lets security and compliance name an agent, and no other people", async () => {
    const id = await pendingGrant(at.world);
    const of = { agent: "support-assistant" };
    for (const person of ["samira", "colin"])
      expect((await at.world.person(person).list(of)).body).toMatchObject({ grants: [{ id }] });
    expect(await at.world.person("colin").list()).toMatchObject({ status: 400, path: "agent" });
    expect(await at.world.person("maya").list(of)).toMatchObject({ status: 403, code: "not_your_role" });
  });
});

describe("the catalogue", () => {
  it("tells an agent what it may ask for and what that takes, and records nothing", async () => {
    const reply = await at.world.agent("support-assistant").catalogue();
    const { resources } = reply.body as { resources: { id: string; approval: string }[] };
    const approvalOf = (id: string) => resources.find((each) => each.id === id)?.approval;
    expect([approvalOf("claims"), approvalOf("product-docs"), approvalOf("support-conversations")]).toEqual([
      "people",
      "none",
      "never",
    ]);
    expect(reply.text).not.toContain("accessRole");
    expect(at.world.fake.counts.writes).toBe(0);
    expect(await at.world.person("maya").catalogue()).toMatchObject({ status: 403, code: "not_your_role" });
  });
  it("says what an ask would then be told", async () => {
    const asks = [
      ["finetune-pipeline", routine, "none"],
      ["support-assistant", sensitive, "people"],
      ["rag-indexer", routine, "never"],
    ] as const;
    const outcomes = { none: "allow", people: "needs_approval", never: "deny" };
    for (const [agent, body, approval] of asks) {
      const reply = await at.world.agent(agent).ask({ ...body, dryRun: true });
      expect(reply.body).toMatchObject({ decision: { outcome: outcomes[approval] } });
    }
  });
});
