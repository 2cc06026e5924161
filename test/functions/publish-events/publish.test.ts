import { DeleteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { canonicalJson, sha256Hex } from "../../../functions/core/canonical.ts";
import { publishBatch } from "../../../functions/publish-events/publish.ts";
import { streamRecord } from "../../fakes/bus.ts";
import { timedOut, ValidationException } from "../../fakes/faults.ts";
import { pendingGrant, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";
import { loose, recordOf } from "../export-audit/fixtures.ts";

const at = useWorld();
const AGENT = "finetune-pipeline";
const LONG = { windowSeconds: 600 };
const raise = (...ids: string[]) =>
  at.world.fake.plant({ ...keys.quota(AGENT), entity: "quota", open: new Set(ids) });
const open = () => at.world.fake.item(keys.quota(AGENT))?.open;
const allRecords = () => at.world.fake.events.map(({ body, hash }) => streamRecord(body, hash));
const sweepAfter = (ms: number) => {
  at.world.tick(ms);
  return at.world.sweep();
};
const parkedReasons = () => at.world.parked.messages.map(({ body }) => JSON.parse(body).reason);

describe("every event of the record", () => {
  it("goes to the bus with its id, in the order of the stream", async () => {
    const id = await routineGrant(at.world);
    await at.world.advance(600_000);
    expect(at.world.status(id)).toBe("ENDED");
    const count = at.world.fake.events.length;
    expect(await at.world.publish()).toEqual({ published: count, parked: 0, lowered: 1 });
    expect(at.world.bus.ids()).toEqual(at.world.fake.events.map(({ body }) => JSON.parse(body).id));
    expect(at.world.lines.at(-1)).toMatchObject({ code: "events.published", fields: { published: count } });
  });
  it("goes out again under the same id when a batch comes again (I-57)", async () => {
    await routineGrant(at.world);
    await at.world.publish();
    const first = at.world.bus.ids();
    await publishBatch(at.world.deps(), allRecords());
    expect(at.world.bus.ids()).toEqual([...first, ...first]);
  });
  it("goes ten to a request at most", async () => {
    const batch = Array.from({ length: 25 }, (_each, index) => loose(`event-${index}`));
    await publishBatch(
      at.world.deps(),
      batch.map(({ body, hash }) => recordOf(body, hash)),
    );
    expect(at.world.bus.taken).toHaveLength(25);
    expect(at.world.bus.requests).toBe(3);
  });
  it("and nothing else does: no grant, no link, no sealed session (I-52)", async () => {
    const others = ["grant", "link", "sealed", "quota"].map((entity) => ({
      eventName: "INSERT",
      dynamodb: { NewImage: { entity: { S: entity }, body: { S: "{}" }, hash: { S: "x" } } },
    }));
    const counts = await publishBatch(at.world.deps(), others);
    expect(counts).toEqual({ published: 0, parked: 0, lowered: 0 });
    expect([at.world.bus.taken, at.world.parked.messages]).toEqual([[], []]);
  });
});

describe("quotas of open grants (I-45)", () => {
  it("come down by the grant that closed, and by no other", async () => {
    const id = await routineGrant(at.world);
    raise(id, "another");
    await at.world.publish();
    expect(open()).toEqual(new Set([id, "another"]));
    await at.world.advance(600_000);
    expect(await at.world.publish()).toMatchObject({ lowered: 1 });
    expect(open()).toEqual(new Set(["another"]));
  });
  it("come down by every way of closing", async () => {
    const ways: [string, (id: string) => Promise<unknown>][] = [
      ["REJECTED", () => at.world.decide("priya", "reject", { comment: "no" })],
      ["EXPIRED", () => sweepAfter(25 * 3_600_000)],
      ["CANCELLED", (id) => at.world.agent("support-assistant").release(id)],
    ];
    for (const [status, close] of ways) {
      const id = await pendingGrant(at.world);
      at.world.fake.plant({ ...keys.quota("support-assistant"), open: new Set([id]) });
      await close(id);
      expect(at.world.status(id)).toBe(status);
      await at.world.publish();
      expect(at.world.fake.item(keys.quota("support-assistant"))?.open, status).toBeUndefined();
    }
  });
  it("stay while access is being taken back, and come down when it is REVOKED", async () => {
    const id = await routineGrant(at.world, LONG);
    raise(id);
    await at.world.agent(AGENT).release(id);
    await at.world.publish();
    expect([at.world.status(id), open()]).toEqual(["REVOKING", new Set([id])]);
    await at.world.revokeAll();
    await at.world.publish();
    expect([at.world.status(id), open()]).toEqual(["REVOKED", undefined]);
  });
  it("come down once, whatever comes twice, late or out of order", async () => {
    const id = await routineGrant(at.world);
    await at.world.advance(600_000);
    raise(id, "a", "b");
    const records = allRecords();
    for (const batch of [records, [...records].reverse(), [...records, ...records]])
      await publishBatch(at.world.deps(), batch);
    expect(open()).toEqual(new Set(["a", "b"]));
  });
  it("that nobody keeps are not made: a closed grant of an agent without the item leaves no item", async () => {
    await routineGrant(at.world);
    await at.world.advance(600_000);
    const { name, client } = at.world.fake.table;
    await client.send(new DeleteCommand({ TableName: name, Key: keys.quota(AGENT) }));
    expect(await at.world.publish()).toMatchObject({ lowered: 0 });
    expect(at.world.fake.item(keys.quota(AGENT))).toBeUndefined();
  });
  it("are touched by no ending move: only the stream's reader writes them", async () => {
    const id = await routineGrant(at.world);
    raise(id);
    at.world.fake.before = (command) => {
      if (JSON.stringify(command.input).includes('"QUOTA"')) throw new Error("a shared item in a move");
    };
    await at.world.advance(600_000);
    at.world.fake.before = undefined;
    expect([at.world.status(id), open()]).toEqual(["ENDED", new Set([id])]);
  });
  it("that DynamoDB cannot lower hold nothing else up, and ring", async () => {
    const id = await routineGrant(at.world);
    await at.world.advance(600_000);
    at.world.fake.before = (command) => {
      if (command instanceof UpdateCommand)
        throw new ValidationException("An operand has an incorrect data type");
    };
    const done = await at.world.publish();
    expect(done).toMatchObject({ published: at.world.fake.events.length, parked: 0, lowered: 0 });
    expect(at.world.lines).toContainEqual({
      code: "quota.not_lowered",
      fields: expect.objectContaining({ grantId: id }),
    });
    at.world.fake.before = undefined;
  });
});

describe("when something fails", () => {
  it("the entries that the bus refuses are offered again, and no others (F-06)", async () => {
    await routineGrant(at.world);
    const refusals = new Map<string, number>();
    at.world.bus.refuse = ({ event }) => {
      const times = (refusals.get(event.id) ?? 0) + 1;
      refusals.set(event.id, times);
      return event.type === "grant.activated" && times < 3 ? "ThrottlingException" : undefined;
    };
    await at.world.publish();
    expect([...at.world.bus.ids()].sort()).toEqual([...refusals.keys()].sort());
    expect(at.world.parked.messages).toEqual([]);
  });
  it("what the bus refuses to the last is parked, with why, and the rest goes out", async () => {
    await routineGrant(at.world);
    at.world.bus.refuse = ({ event }) => (event.type === "grant.requested" ? "InternalFailure" : undefined);
    const all = at.world.fake.events.length;
    expect(await at.world.publish()).toMatchObject({ published: all - 1, parked: 1 });
    expect(parkedReasons()).toEqual(["InternalFailure"]);
  });
  it("with the bus down everything is parked, after a few requests and not after all", async () => {
    at.world.bus.down = true;
    const batch = Array.from({ length: 95 }, (_each, index) => loose(`event-${index}`));
    const done = await publishBatch(
      at.world.deps(),
      batch.map(({ body, hash }) => recordOf(body, hash)),
    );
    expect(done).toEqual({ published: 0, parked: 95, lowered: 0 });
    expect(at.world.bus.requests).toBe(3);
    expect(new Set(parkedReasons())).toEqual(new Set(["TimeoutError", "bus_down"]));
  });
  it("with the queue down too the batch is thrown, and comes again whole", async () => {
    await routineGrant(at.world);
    at.world.bus.down = true;
    at.world.parked.down = true;
    await expect(at.world.publish()).rejects.toThrow();
    at.world.bus.down = false;
    expect(await at.world.publish()).toMatchObject({ published: at.world.fake.events.length });
  });
  it("with the table down nothing goes out, so that the retries do not send the same again and again", async () => {
    await routineGrant(at.world);
    await at.world.advance(600_000);
    at.world.fake.before = () => {
      throw timedOut("DynamoDB");
    };
    await expect(at.world.publish()).rejects.toThrow();
    at.world.fake.before = undefined;
    expect(at.world.bus.taken).toEqual([]);
    await at.world.publish();
    expect(at.world.bus.taken).toHaveLength(at.world.fake.events.length);
  });
});

describe("a poisoned record (I-56)", () => {
  const good = [loose("before"), loose("after")] as const;
  const { body } = loose("poison", { purpose: "keep me" });
  const edited = canonicalJson({ ...JSON.parse(body), v: 2 });
  const circle: Record<string, unknown> = { eventName: "INSERT" };
  circle.self = circle;
  const poisons: [string, unknown, string][] = [
    ["changed after hashing", recordOf(body.replace("keep", "lose"), sha256Hex(body)), "wrong_hash"],
    ["of a later version", recordOf(edited), "unknown_version"],
    ["without an image", { eventName: "INSERT", dynamodb: {} }, "no_new_image"],
    ["that refers to itself", circle, "no_new_image"],
    ["of 400 KB", recordOf(`{"x":"${"\u00e9".repeat(200_000)}"}`), "unknown_version"],
    ["null", null, "no_new_image"],
  ];
  it.each(poisons)(
    "(%s) is parked with its content; all others go out (F-28)",
    async (_what, record, reason) => {
      const batch = [recordOf(good[0].body), record, recordOf(good[1].body)];
      const done = await publishBatch(at.world.deps(), batch);
      expect(done).toEqual({ published: 2, parked: 1, lowered: 0 });
      expect(at.world.bus.taken.map((each) => each.body)).toEqual(good.map((each) => each.body));
      expect(parkedReasons()).toEqual([reason]);
      expect(at.world.lines).toContainEqual({ code: "events.parked", fields: { reason } });
    },
  );
  it("is parked whole where SQS takes it", async () => {
    const record = recordOf(body.replace("keep", "lo\uffffse"), sha256Hex(body));
    await publishBatch(at.world.deps(), [record]);
    const [{ body: text } = { body: "" }] = at.world.parked.messages;
    expect(JSON.parse(text).record).toEqual(record);
    expect(text).toMatch(/^[\x20-\x7e]*$/);
  });
});
