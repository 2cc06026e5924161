import { expect } from "vitest";
import { isTerminal } from "../../functions/core/grant/transitions.ts";
import { FakeAuditBucket } from "../fakes/audit-bucket.ts";
import { streamRecord } from "../fakes/bus.ts";
import { checkWorld } from "../fakes/check-world.ts";
import type { Release } from "../fakes/release.ts";
import { eventsOf, exportedRows } from "../functions/export-audit/read.ts";
import { type Life, untilOver } from "./lives.ts";
import { releases } from "./releases.ts";
import { type Plan, UpgradeWorld } from "./upgrade-world.ts";

/** What became of a life: how each grant ended, and how many sessions there were. */
type Ended = { grants: string[]; sessions: number; runs: number; ran: string[] };

/** Every event reaches the record, whichever release exports which half of the stream. */
async function checkExport(world: UpgradeWorld): Promise<void> {
  const bucket = new FakeAuditBucket(world.now);
  const records = world.fake.events.map(({ body, hash }) => streamRecord(body, hash));
  const half = Math.ceil(records.length / 2);
  const deps = { put: bucket.put, now: world.now, log: world.log };
  await releases.kept.exportBatch(deps, records.slice(0, half));
  await releases.next.exportBatch(deps, records.slice(half));
  const rows = await exportedRows(new Map(bucket.stored.map(({ key, bytes }) => [key, bytes])));
  expect(eventsOf(rows).size, "every event is exported").toBe(records.length);
}

/** Lets a life go by with each run of a function by the release that the plan says, and checks all that must hold of it. */
export async function liveThrough(
  { edit, live }: Life,
  plan: Plan,
  { exports = false, careless = {} }: { exports?: boolean; careless?: Partial<Release> } = {},
): Promise<Ended> {
  const world = new UpgradeWorld(plan, edit, careless);
  await live(world);
  const runs = world.runsSoFar();
  await untilOver(world);
  checkWorld(world);
  const items = world.fake.items().filter(({ entity }) => entity === "grant");
  for (const release of Object.values(releases)) for (const item of items) release.fromItem(item);
  const grants = items.map((item) => releases.next.fromItem(item));
  for (const grant of grants) expect(isTerminal(grant.status), `${grant.id} ${grant.status}`).toBe(true);
  const failed = world.lines.filter(({ code }) => code === "sweep.failed" || code === "api.failed");
  expect(failed, "nothing that a release could not read").toEqual([]);
  const published = new Set(world.bus.ids());
  await world.publish();
  expect(published.size, "every event reached the bus").toBe(world.fake.events.length);
  if (exports) await checkExport(world);
  const ended = grants
    .map((grant) => [
      ...[grant.agent.id, grant.resource.id, grant.status, "closing" in grant ? grant.closing.code : ""],
      ...("proof" in grant ? [grant.proof] : []),
    ])
    .map((words) => words.join(" "));
  return { grants: ended.sort(), sessions: world.sts.issued.length, runs, ran: Object.keys(world.runs) };
}
