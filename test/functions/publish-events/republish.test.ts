import { describe, expect, it } from "vitest";
import { parkedText } from "../../../functions/aws/parked.ts";
import { isoMillis } from "../../../functions/core/time.ts";
import { publishBatch } from "../../../functions/publish-events/publish.ts";
import { pendingGrant, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";
import { loose, recordOf } from "../export-audit/fixtures.ts";

const at = useWorld();
const lines = (code: string) => at.world.lines.filter((line) => line.code === code);
const MINUTE = 60_000;

async function parkAll(count: number): Promise<string[]> {
  const events = Array.from({ length: count }, (_each, index) => loose(`event-${index}`));
  at.world.bus.down = true;
  await publishBatch(
    at.world.deps(),
    events.map(({ body, hash }) => recordOf(body, hash)),
  );
  return events.map(({ event }) => event.id);
}

describe("parked events", () => {
  it("go out with the next sweep after the bus is back, each under its id, and leave the queue", async () => {
    const ids = await parkAll(25);
    at.world.bus.down = false;
    await at.world.sweep();
    expect(at.world.bus.ids().sort()).toEqual(ids.sort());
    expect(at.world.parked.messages).toEqual([]);
    expect(lines("events.republished")).toEqual([{ code: "events.republished", fields: { published: 25 } }]);
  });
  it("wait while the bus takes nothing, without a request for each of them", async () => {
    await parkAll(25);
    const { requests } = at.world.bus;
    await at.world.sweep();
    expect(at.world.bus.requests - requests).toBe(3);
    expect(at.world.parked.messages).toHaveLength(25);
    expect(lines("events.not_published")).toEqual([]);
  });
  it("ring after ten minutes, and not before", async () => {
    await parkAll(1);
    at.world.tick(6 * MINUTE);
    await at.world.sweep();
    expect(lines("events.not_published")).toEqual([]);
    at.world.tick(6 * MINUTE);
    await at.world.sweep();
    expect(lines("events.not_published")).toEqual([{ code: "events.not_published", fields: { late: 1 } }]);
  });
  it("that one message keeps company cannot read stay, and the others go", async () => {
    const [id] = await parkAll(1);
    await at.world.parked.park("no JSON");
    await at.world.parked.park(
      parkedText({ some: "poison" }, { reason: "x", at: isoMillis(at.world.now()) }),
    );
    at.world.bus.down = false;
    await at.world.sweep();
    expect(at.world.bus.ids()).toEqual([id]);
    expect(at.world.parked.messages).toHaveLength(2);
    expect(lines("events.not_published")).toEqual([{ code: "events.not_published", fields: { late: 1 } }]);
  });
  it("whose removal fails go out again: twice is better than never", async () => {
    const [id] = await parkAll(1);
    at.world.bus.down = false;
    const { remove } = at.world.parked;
    at.world.parked.remove = async () => Promise.reject(new Error("SQS"));
    await at.world.sweep();
    at.world.parked.remove = remove;
    at.world.tick(6 * MINUTE);
    await at.world.sweep();
    expect(at.world.bus.ids()).toEqual([id, id]);
    expect(at.world.parked.messages).toEqual([]);
  });
  it("keep nothing that is due from being repaired, even with queue and bus down (I-20)", async () => {
    const id = await pendingGrant(at.world);
    const routine = await routineGrant(at.world);
    at.world.workflow.paused = true;
    at.world.parked.down = true;
    at.world.bus.down = true;
    at.world.tick(25 * 60 * MINUTE);
    expect(await at.world.sweep()).toMatchObject({ failed: 0 });
    expect([at.world.status(id), at.world.status(routine)]).toEqual(["EXPIRED", "ENDED"]);
    expect(lines("sweep.failed")).toHaveLength(1);
  });
});
