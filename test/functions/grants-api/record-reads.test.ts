import { describe, expect, it } from "vitest";
import { timedOut } from "../../fakes/faults.ts";
import { pendingGrant, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const reads = () => at.world.events("record.read");
const minuteOver = async () => {
  at.world.tick(60_000);
  await at.world.sweep();
};

describe("who reads the record through the API is on record (I-59)", () => {
  it("names the person, the route and whose grant it was", async () => {
    const id = await pendingGrant(at.world);
    expect((await at.world.person("colin").get(id)).status).toBe(200);
    expect(reads()).toMatchObject([
      {
        actor: { type: "person", id: "colin", sourceIp: "203.0.113.7" },
        grant: id,
        facts: { path: "GET /grants/{id}", agent: "support-assistant", count: 1 },
      },
    ]);
  });

  it("names the agent whose grants are listed, and a look at what waits for oneself", async () => {
    await pendingGrant(at.world);
    await at.world.person("samira").list({ agent: "support-assistant" });
    await at.world.person("priya").list({ waiting: "me" });
    expect(reads().map(({ actor, grant, facts }) => [actor.id, grant, facts])).toEqual([
      ["samira", undefined, { path: "GET /grants", agent: "support-assistant", count: 1 }],
      ["priya", undefined, { path: "GET /grants", count: 1 }],
    ]);
  });

  it("counts repeats per principal, route and minute: one event more, which names no single grant", async () => {
    const ids = [await pendingGrant(at.world), await pendingGrant(at.world), await routineGrant(at.world)];
    for (let times = 0; times < 4; times += 1) for (const id of ids) await at.world.person("colin").get(id);
    await at.world.person("samira").get(ids[0] ?? "");
    await minuteOver();
    expect(reads().map(({ actor, grant, facts }) => [actor.id, grant, facts.agent, facts.count])).toEqual([
      ["colin", ids[0], "support-assistant", 1],
      ["samira", ids[0], "support-assistant", 1],
      ["colin", undefined, undefined, 11],
    ]);
    expect(at.world.fake.items().filter(({ entity }) => entity === "reads")).toEqual([]);
  });

  it("the event of the repeats names no request, session or address: they were many", async () => {
    const id = await pendingGrant(at.world);
    await at.world.person("colin").get(id);
    await at.world.person("colin").get(id);
    await minuteOver();
    const [first, repeats] = reads();
    expect(first?.actor).toHaveProperty("requestId");
    expect(Object.keys(repeats?.actor ?? {}).sort()).toEqual(["arn", "id", "type"]);
    expect(repeats?.facts).toMatchObject({
      startsAt: "2026-11-21T09:30:00Z",
      endsAt: "2026-11-21T09:31:00Z",
    });
  });

  it("agents that read their own write nothing", async () => {
    const id = await pendingGrant(at.world);
    const { writes } = at.world.fake.counts;
    await at.world.agent("support-assistant").get(id);
    await at.world.agent("support-assistant").list();
    expect([reads(), at.world.fake.counts.writes]).toEqual([[], writes]);
  });

  it("what is refused is a refusal and no read", async () => {
    const id = await pendingGrant(at.world);
    expect((await at.world.person("maya").get(id)).status).toBe(404);
    expect((await at.world.person("priya").list({ agent: "support-assistant" })).code).toBe("not_your_role");
    expect(reads()).toEqual([]);
    expect(at.world.events("request.refused").map(({ actor }) => actor.id)).toEqual(["maya", "priya"]);
  });

  it("nothing is shown that could not be recorded", async () => {
    const id = await pendingGrant(at.world);
    at.world.fake.before = (command) => {
      if (JSON.stringify(command.input).includes("READ#")) throw timedOut("DynamoDB");
    };
    const reply = await at.world.person("colin").get(id);
    expect(reply.status).toBeGreaterThanOrEqual(500);
    expect(reply.text).not.toContain(id);
  });
});
