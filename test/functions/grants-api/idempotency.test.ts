import { describe, expect, it } from "vitest";
import type { Reply } from "../../fakes/api.ts";
import { routine, sensitive } from "../../fakes/asks.ts";
import { timedOut } from "../../fakes/faults.ts";
import { movesTo, once } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const key = { "Idempotency-Key": "run-17" };
const idOf = (reply: Reply) => (reply.body as { id: string }).id;
const grants = () => at.world.fake.items().filter(({ entity }) => entity === "grant");

describe("asking twice (I-38)", () => {
  it("gives the same grant for the same key and body (A-18)", async () => {
    const agent = at.world.agent("support-assistant");
    const first = await agent.ask(sensitive, key);
    const second = await agent.ask(sensitive, key);
    expect([second.status, idOf(second)]).toEqual([201, idOf(first)]);
    expect(grants()).toHaveLength(1);
    expect(at.world.workflow.executions.size).toBe(1);
  });
  it("takes clientId for the header, and refuses when they differ", async () => {
    const agent = at.world.agent("support-assistant");
    const body = { ...sensitive, clientId: "run-17" };
    expect(idOf(await agent.ask(body, key))).toBe(idOf(await agent.ask(body)));
    expect(await agent.ask(body, { "idempotency-key": "other" })).toMatchObject({
      status: 400,
      path: "clientId",
    });
  });
  it("refuses the same key with another body", async () => {
    const agent = at.world.agent("support-assistant");
    await agent.ask(sensitive, key);
    expect(await agent.ask({ ...sensitive, windowSeconds: 60 }, key)).toMatchObject({
      status: 409,
      code: "idempotency_conflict",
    });
    expect(grants()).toHaveLength(1);
  });
  it("keeps principals apart", async () => {
    await at.world.agent("support-assistant").ask(sensitive, key);
    await at.world.agent("analytics-copilot").ask(sensitive, key);
    expect(grants()).toHaveLength(2);
  });
  it("answers a no again, not anew", async () => {
    const agent = at.world.agent("rag-indexer");
    const first = await agent.ask(routine, key);
    const second = await agent.ask(routine, key);
    expect(second.body).toEqual(first.body);
    expect(grants()).toHaveLength(1);
  });
  it("gives the same grant also when its requested start has passed meanwhile", async () => {
    const agent = at.world.agent("finetune-pipeline");
    const body = { ...routine, windowSeconds: 600, startsAt: "2026-11-21T09:31:00Z" };
    const first = await agent.ask(body, key);
    await at.world.advance(120_000);
    const second = await agent.ask(body, key);
    expect([second.status, idOf(second)]).toEqual([201, idOf(first)]);
  });
  it("makes one grant of two asks at the same moment", async () => {
    const agent = at.world.agent("support-assistant");
    at.world.fake.before = once(movesTo("PENDING"), () => agent.ask(sensitive, key));
    expect((await agent.ask(sensitive, key)).status).toBe(201);
    expect(grants()).toHaveLength(1);
  });
  it.each([["a word with space"], [""], ["x".repeat(129)]])("refuses the key %j", async (bad) => {
    const reply = await at.world.agent("support-assistant").ask(sensitive, { "Idempotency-Key": bad });
    expect(reply).toMatchObject({ status: 400, path: "Idempotency-Key" });
  });
});

describe("asking with a lost answer", () => {
  it("reads back what it wrote, and answers with the grant", async () => {
    at.world.fake.after = once(movesTo("PENDING"), () => {
      throw timedOut("DynamoDB");
    });
    const reply = await at.world.agent("support-assistant").ask(sensitive);
    expect(reply.status).toBe(201);
    expect(at.world.workflow.executions.has(idOf(reply))).toBe(true);
  });
  it("takes 'condition failed' about its own committed write for what it is (F-26)", async () => {
    at.world.fake.before = once(movesTo("PENDING"), () => undefined);
    at.world.fake.before = async (command) => {
      if (!movesTo("PENDING")(command)) return;
      at.world.fake.before = undefined;
      at.world.fake.apply(command);
    };
    const reply = await at.world.agent("support-assistant").ask(sensitive);
    expect(reply.status).toBe(201);
    expect(grants()).toHaveLength(1);
  });
  it("says unavailable, and nothing is there, when the write did not happen", async () => {
    at.world.fake.before = (command) => {
      if (movesTo("PENDING")(command)) throw timedOut("DynamoDB");
    };
    const reply = await at.world.agent("support-assistant").ask(sensitive);
    expect(reply).toMatchObject({ status: 503, code: "unavailable" });
    expect(at.world.fake.items()).toEqual([]);
  });
  it("gives a constant body for a fault of our own", async () => {
    at.world.fake.before = () => {
      throw new TypeError("secret detail");
    };
    const reply = await at.world.agent("support-assistant").ask(sensitive);
    expect(reply).toMatchObject({ status: 500, code: "internal" });
    expect(reply.text).not.toContain("secret detail");
  });
});
