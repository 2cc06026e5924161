import { describe, expect, it } from "vitest";
import { routine, sensitive } from "../../fakes/asks.ts";
import { asked, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const runs = () => Object.values(at.world.runs).reduce((sum, each) => sum + each, 0);

describe("budget of a whole life", () => {
  it("auto-approved: at most 5 write requests and 4 runs (ask, mint, collect, end)", async () => {
    const id = await routineGrant(at.world);
    expect((await at.world.agent("finetune-pipeline").collect(id)).status).toBe(200);
    await at.world.advance(60_000);
    expect(at.world.status(id)).toBe("ENDED");
    expect(at.world.fake.counts.writes).toBeLessThanOrEqual(5);
    expect(runs()).toBeLessThanOrEqual(4);
    expect(at.world.runs).toEqual({
      "grants-api": 1,
      "mint-credentials": 1,
      "credentials-api": 1,
      "end-access": 1,
    });
  });
  it("is the same again for an agent that is known already, with an Idempotency-Key and a start", async () => {
    await at.world.agent("finetune-pipeline").ask(routine);
    await at.world.advance(61_000);
    const [writes, before] = [at.world.fake.counts.writes, runs()];
    const body = { ...routine, clientId: "run-2", startsAt: "2026-11-21T10:00:00Z" };
    const id = await asked(at.world, "finetune-pipeline", body);
    await at.world.advance(29 * 60_000);
    await at.world.agent("finetune-pipeline").collect(id);
    await at.world.agent("finetune-pipeline").collect(id);
    await at.world.advance(60_000);
    expect(at.world.status(id)).toBe("ENDED");
    expect(at.world.fake.counts.writes - writes).toBeLessThanOrEqual(6); // the second collect tries its event again
    expect(runs() - before).toBeLessThanOrEqual(5);
  });
  it("one stage: at most 7 write requests and 6 runs", async () => {
    const id = await asked(at.world, "support-assistant", sensitive);
    expect((await at.world.decide("priya", "approve")).status).toBe(200);
    await at.world.agent("support-assistant").collect(id);
    await at.world.advance(900_000);
    expect(at.world.status(id)).toBe("ENDED");
    expect(at.world.fake.counts.writes).toBeLessThanOrEqual(7);
    expect(runs()).toBeLessThanOrEqual(6);
  });
  it("two stages and three people: at most 10 write requests and 9 runs", async () => {
    const id = await asked(at.world, "support-assistant", {
      ...sensitive,
      resource: "medical-reports",
      scope: undefined,
    });
    for (const person of ["priya", "tomas", "ingrid"])
      expect((await at.world.decide(person, "approve")).status).toBe(200);
    await at.world.agent("support-assistant").collect(id);
    await at.world.advance(900_000);
    expect(at.world.status(id)).toBe("ENDED");
    expect(at.world.fake.counts.writes).toBeLessThanOrEqual(5 + 2 + 3);
    expect(runs()).toBeLessThanOrEqual(4 + 2 + 3);
  });
});
