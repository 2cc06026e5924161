import { keys } from "../../../functions/aws/table/keys.ts";
import { countCalls } from "../bill/count.ts";
import { worldWithLive } from "./live.ts";

/** What one run of `sweep` takes: `looked` items of the due index, requests and their units. */
export type Swept = {
  live: number;
  due: number;
  looked: number;
  reads: number;
  readUnits: number;
  writes: number;
};

/** One sweep with so many live grants, of which `overdue` have ended with nobody to close them. */
export async function sweepWith(live: number, overdue: number): Promise<Swept> {
  const world = await worldWithLive(live);
  world.workflow.paused = true;
  await world.sweep(); // the first takes down the policy
  for (const item of world.fake
    .items()
    .filter(({ entity }) => entity === "grant")
    .slice(0, overdue))
    world.fake.plant({ ...item, dueSk: `2026-11-21T00:00:00.000Z#${String(item.id)}` });
  const counted = countCalls(world);
  const { looked } = await world.sweep();
  const { reads = 0, readUnits = 0, writes = 0 } = counted();
  if (!world.fake.item(keys.policy())) throw new Error("the sweep saw no policy");
  return { live, due: overdue, looked, reads, readUnits, writes };
}

const SIZES = [10, 1_000, 10_000] as const;

/** The table of `docs/performance.md`. */
export async function benchSweep(): Promise<string[]> {
  const rows: string[] = [];
  for (const overdue of [0, 10])
    for (const live of SIZES) {
      const { looked, reads, readUnits, writes } = await sweepWith(live, overdue);
      rows.push(`| ${live} | ${overdue} | ${looked} | ${reads} | ${readUnits} | ${writes} |`);
    }
  return [
    "| live grants | due | looked at | reads | read units | writes |",
    "| --: | --: | --: | --: | --: | --: |",
    ...rows,
  ];
}
