import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { postpone, readDue } from "../../../functions/aws/table/due.ts";
import { keys } from "../../../functions/aws/table/keys.ts";
import { isoMillis } from "../../../functions/core/time.ts";
import { routine } from "../../fakes/asks.ts";
import { timedOut } from "../../fakes/faults.ts";
import { orphanedAttempt, pendingGrant, routineGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const LONG = { windowSeconds: 600 };
const repaired = () => at.world.lines.filter(({ code }) => code === "sweep.repaired");
const sweepAfter = async (ms: number) => {
  at.world.tick(ms);
  return at.world.sweep();
};

describe("sweeping", () => {
  it("costs a look at each shard, at the policy, at lockdowns and at each access role, and no write when nothing is due", async () => {
    await routineGrant(at.world, LONG);
    await at.world.sweep();
    const { reads, writes } = at.world.fake.counts;
    expect(await at.world.sweep()).toEqual({ looked: 0, failed: 0 });
    // Of each access role its deny entries, cut-off and live grants, once more the lockdowns, and what waits for each group.
    const roles = new Set(at.world.policy.catalogue.resources.map(({ accessRole }) => accessRole)).size;
    const groups = Object.keys(at.world.policy.catalogue.groups).length;
    expect(at.world.fake.counts).toEqual({ reads: reads + 12 + 3 * roles + groups, writes });
  });
  it("starts a workflow that never started (F-08, I-39)", async () => {
    at.world.workflow.beforeStart = () => {
      throw timedOut("Step Functions");
    };
    const id = await routineGrant(at.world, LONG);
    at.world.workflow.beforeStart = undefined;
    await sweepAfter(61_000);
    await at.world.workflow.settle();
    expect(at.world.status(id)).toBe("ACTIVE");
    expect(repaired()).toHaveLength(1);
  });
  it("starts none twice, also when the first start's answer was lost (F-09, I-39)", async () => {
    at.world.workflow.afterStart = () => {
      throw timedOut("Step Functions");
    };
    const id = await pendingGrant(at.world);
    await sweepAfter(61_000);
    expect(at.world.workflow.executions.size).toBe(1);
    expect(at.world.mail.inbox).toHaveLength(2);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("does not call a workflow repaired that runs as it should", async () => {
    await pendingGrant(at.world);
    await routineGrant(at.world, { startsAt: "2026-11-21T12:00:00Z" });
    expect(await sweepAfter(61_000)).toEqual({ looked: 2, failed: 0 });
    expect(repaired()).toEqual([]);
  });
  it("looks once soon after the ask and then only at the deadline", async () => {
    const id = await pendingGrant(at.world);
    expect(await sweepAfter(61_000)).toEqual({ looked: 1, failed: 0 });
    expect(await sweepAfter(61_000)).toEqual({ looked: 0, failed: 0 });
    // The grant, and what its agent has open.
    expect(await sweepAfter(24 * 3_600_000)).toEqual({ looked: 2, failed: 0 });
    expect(at.world.status(id)).toBe("EXPIRED");
  });
  it("never sees the same fault as two: reads again before it does anything (F-07)", async () => {
    const id = await routineGrant(at.world);
    at.world.workflow.paused = true;
    at.world.fake.lag();
    at.world.tick(76_000);
    await at.world.end(id);
    expect(await at.world.sweep()).toMatchObject({ failed: 0 });
    expect(at.world.history(id).filter((type) => type === "grant.ended")).toHaveLength(1);
    at.world.fake.catchUp();
  });
});

describe("what is overdue (I-20, I-42)", () => {
  it("PENDING past its deadline: EXPIRED, and the waiting workflow is told", async () => {
    const id = await pendingGrant(at.world);
    await sweepAfter(24 * 3_600_000);
    await at.world.workflow.settle();
    expect(at.world.grant(id)).toMatchObject({
      status: "EXPIRED",
      closing: { code: "nobody_decided", by: "sweep" },
    });
    expect(at.world.workflow.executions.get(id)?.at).toBe("done");
  });
  it("a second stage past its own deadline: EXPIRED", async () => {
    const id = await twoStageGrant(at.world);
    await at.world.advance(23 * 3_600_000);
    await at.world.decide("priya", "approve");
    await sweepAfter(2 * 3_600_000);
    expect(at.world.status(id)).toBe("PENDING");
    await sweepAfter(22 * 3_600_000);
    expect(at.world.status(id)).toBe("EXPIRED");
  });
  it("APPROVED past its start: EXPIRED, never minted", async () => {
    at.world.workflow.paused = true;
    const id = await routineGrant(at.world);
    await sweepAfter(61_000);
    expect(at.world.status(id)).toBe("APPROVED");
    await sweepAfter(15 * 60_000);
    expect(at.world.grant(id)).toMatchObject({ status: "EXPIRED", closing: { code: "start_missed" } });
  });
  it("ACTIVATING past the window: FAILED", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    await sweepAfter(120_000);
    expect(at.world.status(id)).toBe("ACTIVATING");
    await sweepAfter(600_000);
    expect(at.world.status(id)).toBe("FAILED");
  });
  it("ACTIVE past its end, the timer never came: ENDED within two minutes (F-23, I-30)", async () => {
    const id = await routineGrant(at.world);
    at.world.workflow.paused = true;
    await sweepAfter(76_000);
    expect(at.world.grant(id)).toMatchObject({ status: "ENDED", closing: { by: "sweep" } });
  });
  it("REVOKING whose message was lost: queued again each minute until it is REVOKED (I-25)", async () => {
    const id = await routineGrant(at.world, LONG);
    await at.world.agent("finetune-pipeline").release(id);
    at.world.queue.messages.length = 0;
    await sweepAfter(61_000);
    at.world.queue.messages.length = 0;
    await sweepAfter(61_000);
    await at.world.revokeAll();
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "probed" });
  });
  it("REVOKING to the end of its window: REVOKED because it is over", async () => {
    const id = await routineGrant(at.world, LONG);
    await at.world.agent("finetune-pipeline").release(id);
    at.world.workflow.paused = true;
    await sweepAfter(601_000);
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "expired" });
  });
});

describe("refusals (I-59)", () => {
  it("of two kinds in one minute are not summed under the first one's name (I-15)", async () => {
    const [one, two] = [await pendingGrant(at.world), await pendingGrant(at.world)];
    const [first, second] = at.world.mail.inbox.filter(({ to }) => to.startsWith("priya"));
    await at.world.submit(first?.token ?? "", "");
    for (let times = 0; times < 3; times += 1) {
      await at.world.submit(second?.token ?? "", { decision: "approve", code: "aaaa-2222" });
    }
    await sweepAfter(61_000);
    const found = at.world
      .events("request.refused")
      .map(({ grant, facts }) => [grant, facts.reason, facts.count]);
    expect(found).toEqual([
      [one, "missing_code", 1],
      [two, "wrong_code", 1],
      [two, "wrong_code", 2],
    ]);
  });
  const refuse = () => at.world.agent("finetune-pipeline").ask({ ...routine, windowSeconds: 0 });
  const counts = () => at.world.events("request.refused").map(({ facts }) => facts.count);
  it("a minute without repeats is closed without another event", async () => {
    await refuse();
    await sweepAfter(60_000);
    expect(counts()).toEqual([1]);
    expect(at.world.fake.items().filter(({ entity }) => entity === "refusals")).toEqual([]);
  });
  it("one that is being counted while it is closed waits for the next minute", async () => {
    await refuse();
    await refuse();
    at.world.tick(60_000);
    const late = at.world.fake.items().find(({ entity }) => entity === "refusals") ?? {};
    at.world.fake.before = (command) => {
      if (!JSON.stringify(command.input).includes('"Delete"')) return;
      at.world.fake.before = undefined;
      at.world.fake.plant({ ...late, count: Number(late.count) + 1 });
    };
    await at.world.sweep();
    expect(counts()).toEqual([1]);
    await at.world.sweep();
    expect(counts()).toEqual([1, 2]);
  });
  it("a straggler that opens the minute again is counted too", async () => {
    const from = at.world.now();
    for (const wait of [60_000, 60_000]) {
      at.world.tick(from - at.world.now());
      await refuse();
      await refuse();
      await sweepAfter(wait);
    }
    expect(counts()).toEqual([1, 1, 1, 1]);
    expect(at.world.fake.items().filter(({ entity }) => entity === "refusals")).toEqual([]);
  });
});

describe("when something fails", () => {
  it("one item's fault does not keep the others from being looked at", async () => {
    const [one, two] = [await routineGrant(at.world), await routineGrant(at.world)];
    await at.world.sweep();
    at.world.workflow.paused = true;
    at.world.fake.before = (command) => {
      if (JSON.stringify(command.input).includes(`"GRANT#${one}"`)) throw timedOut("DynamoDB");
    };
    expect(await sweepAfter(76_000)).toEqual({ looked: 2, failed: 1 });
    expect([at.world.status(one), at.world.status(two)]).toEqual(["ACTIVE", "ENDED"]);
    at.world.fake.before = undefined;
    await at.world.sweep();
    expect(at.world.status(one)).toBe("ENDED");
  });
  it("a hundred items that always fail do not keep a shard's others waiting (I-20)", async () => {
    const id = await pendingGrant(at.world);
    const { duePk } = at.world.fake.item(keys.grant(id)) ?? {};
    for (let index = 0; index < 100; index += 1) {
      const key = { pk: `POISON#${index}`, sk: "POISON", duePk, dueSk: `2000-01-01T00:00:00.000Z#${index}` };
      await at.world.fake.table.client.send(
        new PutCommand({ TableName: at.world.fake.table.name, Item: { ...key, entity: "poison" } }),
      );
    }
    at.world.workflow.paused = true;
    expect(await sweepAfter(25 * 3_600_000)).toMatchObject({ failed: 100 });
    await sweepAfter(60_000);
    expect(at.world.status(id)).toBe("EXPIRED");
  });
  it("an item scheduled anew since the index was read keeps its new time", async () => {
    const id = await pendingGrant(at.world);
    at.world.tick(61_000);
    const [key] = await readDue(at.world.fake.table, isoMillis(at.world.now()));
    await at.world.decide("priya", "approve");
    const { dueSk } = at.world.fake.item(keys.grant(id)) ?? {};
    if (key) await postpone(at.world.fake.table, key, isoMillis(at.world.now() + 86_400_000));
    expect(at.world.fake.item(keys.grant(id))?.dueSk).toBe(dueSk);
  });
});
