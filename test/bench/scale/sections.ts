import { readDemand } from "./demand.ts";
import { readLimits } from "./limits.ts";
import { limitTable, liveTable, mixOf, rateTable } from "./table.ts";

/** What stands in docs/scaling.md, by section. */
export async function scaleSections(): Promise<Record<string, string[]>> {
  const [demand, limits] = [await readDemand(), readLimits()];
  return {
    rates: [...rateTable(demand, limits), "", `Of the grants, ${mixOf(demand)}.`],
    limits: limitTable(demand, limits),
    live: liveTable(demand),
  };
}
