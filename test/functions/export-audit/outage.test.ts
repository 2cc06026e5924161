import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkChain } from "../../../functions/core/audit/chain.ts";
import { backfill } from "../../../functions/export-audit/backfill.ts";
import { exportBatch } from "../../../functions/export-audit/export.ts";
import { FakeAuditBucket } from "../../fakes/audit-bucket.ts";
import { streamRecord } from "../../fakes/bus.ts";
import { timedOut } from "../../fakes/faults.ts";
import { routineGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { World } from "../../fakes/world.ts";
import { eventsOf, exportedRows } from "./read.ts";

const HOUR = 3_600_000;
const OUTAGE_HOURS = 26;
type Line = { body: string; hash: string };

/** Thirty-two hours of grants, calls refused and approvals that nobody gave. */
async function history(): Promise<{ world: World; from: string; to: string }> {
  const world = new World();
  const start = world.now();
  for (let hour = 0; hour < 32; hour += 1) {
    await routineGrant(world);
    const id = await twoStageGrant(world);
    await world.advance(HOUR / 2);
    if (hour % 3) await world.agent("analytics-copilot").release(id);
    await world.agent("finetune-pipeline").ask({ resource: "nothing" });
    await world.advance(HOUR / 2);
    await world.sweep();
  }
  const iso = (hours: number) => new Date(start + hours * HOUR).toISOString();
  return { world, from: iso(3), to: iso(3 + OUTAGE_HOURS) };
}

/** What every reader sees: events by id, and each grant's chain. */
async function seen(bucket: FakeAuditBucket) {
  const objects = new Map(bucket.stored.map(({ key, bytes }) => [key, bytes]));
  const rows = await exportedRows(objects);
  const chains = new Map<string, Line[]>();
  for (const [id, body] of eventsOf(rows)) {
    const { grant, chain } = JSON.parse(String(body));
    if (!chain) continue;
    const row = rows.find(({ event_id }) => event_id === id);
    chains.set(grant, [...(chains.get(grant) ?? []), { body: String(body), hash: String(row?.hash) }]);
  }
  const sequenceOf = ({ body }: Line) => JSON.parse(body).chain.sequence;
  return {
    events: eventsOf(rows),
    chains: new Map([...chains].map(([id, all]) => [id, all.sort((a, b) => sequenceOf(a) - sequenceOf(b))])),
  };
}

const inTime = (from: string, to: string) => {
  return ({ body }: Line) => {
    const { time } = JSON.parse(body);
    return time >= from && time < to;
  };
};

async function exported(world: World, keep: (line: Line) => boolean): Promise<FakeAuditBucket> {
  const bucket = new FakeAuditBucket(world.now);
  const { now, log } = world;
  const lines = world.fake.events.filter(keep);
  for (let at = 0; at < lines.length; at += 40) {
    const batch = lines.slice(at, at + 40).map(({ body, hash }) => streamRecord(body, hash));
    await exportBatch({ put: bucket.put, now, log }, batch);
  }
  return bucket;
}

const depsOf = (world: World, bucket: FakeAuditBucket) => {
  const { now, log, fake } = world;
  return { put: bucket.put, table: fake.table, now, log };
};

async function backfillAll(
  deps: Parameters<typeof backfill>[0],
  when: { from: string; to: string },
): Promise<{ events: number; calls: number }> {
  let next: string | undefined;
  let events = 0;
  let calls = 0;
  do {
    const answer = await backfill(deps, { backfill: { ...when, ...(next ? { next } : {}) } });
    if ("problem" in answer) throw new Error(answer.problem);
    events += answer.events;
    calls += 1;
    next = answer.next;
    expect(answer.done).toBe(next === undefined);
  } while (next);
  return { events, calls };
}

describe("I-58 26 hours in which the stream was lost", async () => {
  const { world, from, to } = await history();
  const whole = await seen(await exported(world, () => true));
  const isLost = inTime(from, to);
  const lost = world.fake.events.filter(isLost);

  test("are a loss that readers notice", async () => {
    const without = await seen(await exported(world, (line) => !isLost(line)));
    expect(without.events.size).toBe(whole.events.size - lost.length);
    const broken = [...without.chains].filter(([grant, kept]) => checkChain(grant, kept));
    expect(lost.length).toBeGreaterThan(200);
    expect(broken.length).toBeGreaterThan(0);
  });

  test("are made again from the table: the same events and chains to every reader", async () => {
    const bucket = await exported(world, (line) => !isLost(line));
    const { events } = await backfillAll(depsOf(world, bucket), { from, to });
    expect(events).toBe(lost.length);
    const after = await seen(bucket);
    expect(after).toEqual(whole);
    for (const [grant, kept] of after.chains) expect(checkChain(grant, kept)).toBeUndefined();
  });

  test("and more, over what is there already: nothing counts twice", async () => {
    const bucket = await exported(world, (line) => !isLost(line));
    await backfillAll(depsOf(world, bucket), { from: "2026-11-01T00:00:00Z", to: "2027-01-01T00:00:00Z" });
    expect(await seen(bucket)).toEqual(whole);
  });

  test("in as many calls as it takes, each within its time, and with pages that have no event", async () => {
    const bucket = await exported(world, (line) => !isLost(line));
    const deps = depsOf(world, bucket);
    world.fake.scanPage = 3;
    let clock = world.now();
    const { events, calls } = await backfillAll({ ...deps, now: () => (clock += 2_000) }, { from, to });
    world.fake.scanPage = 100;
    expect(events).toBe(lost.length);
    expect(calls).toBeGreaterThan(5);
    expect(await seen(bucket)).toEqual(whole);
  });

  test("whenever it is interrupted and begun again, there or from the start", async () => {
    world.fake.scanPage = 25;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(12), { maxLength: 5 }), fc.boolean(), async (faults, again) => {
        const bucket = await exported(world, (line) => !isLost(line));
        const deps = depsOf(world, bucket);
        let next: string | undefined;
        for (const fault of [...faults, Number.POSITIVE_INFINITY]) {
          let calls = 0;
          bucket.after = () => {
            calls += 1;
            if (calls > fault) throw timedOut("S3");
          };
          const backfillInput = { backfill: { from, to, ...(next ? { next } : {}) } };
          let clock = world.now();
          const answer = await backfill({ ...deps, now: () => (clock += 4_000) }, backfillInput).catch(
            () => undefined,
          );
          if (answer && "next" in answer && !again) next = answer.next;
        }
        bucket.after = undefined;
        while (next || again) {
          const answer = await backfill(deps, { backfill: { from, to, ...(next ? { next } : {}) } });
          next = "next" in answer ? answer.next : undefined;
          if (!next) break;
        }
        expect((await seen(bucket)).events).toEqual(whole.events);
      }),
      { numRuns: 12 },
    );
    world.fake.scanPage = 100;
  });

  test("a record that cannot be read is kept in quarantine, and all others are made (I-56)", async () => {
    const bucket = await exported(world, (line) => !isLost(line));
    world.fake.plant({ pk: "EVENT#poison", sk: "EVENT", entity: "event", body: "{", hash: "x" });
    const deps = depsOf(world, bucket);
    await backfillAll(deps, { from, to });
    world.fake.drop({ pk: "EVENT#poison", sk: "EVENT" });
    expect(bucket.keys("quarantine/")).toHaveLength(1);
    expect(await seen(bucket)).toEqual(whole);
  });

  test.each([
    ["no times", { backfill: {} }],
    ["another field", { backfill: { from, to, limit: 1 } }],
    ["times in the wrong order", { backfill: { from: to, to: from } }],
    ["no time at all between them", { backfill: { from, to: from } }],
    ["a time without a zone", { backfill: { from: "2026-11-21T09:00:00", to } }],
    ["a place of its own making", { backfill: { from, to, next: "bm90IGEgcGxhY2U" } }],
    ["something else", { from, to }],
  ])("with %s is refused in words, and writes nothing", async (_what, input) => {
    const bucket = new FakeAuditBucket(world.now);
    const answer = await backfill(depsOf(world, bucket), input);
    expect(answer).toEqual({ problem: expect.stringMatching(/.+: .+|Unrecognized/) });
    expect(bucket.stored).toEqual([]);
  });

  test("shows the exporter nothing but events: not a link, not a seal (I-52)", async () => {
    const bucket = new FakeAuditBucket(world.now);
    world.fake.plant({ pk: "LINK#x", sk: "LINK", entity: "link", body: "not an event", hash: "secret" });
    await backfillAll(depsOf(world, bucket), { from, to });
    world.fake.drop({ pk: "LINK#x", sk: "LINK" });
    expect(bucket.keys("quarantine/")).toEqual([]);
  });
});
