import { expect, it } from "vitest";
import { sweepWith } from "../../bench/sweep/sweep.ts";

// What the gauge of live grants reads to count them, and nothing else may: see docs/performance.md.
const UNITS_A_GRANT = 0.05;

it("a sweep asks of the table what is due, however many grants are live", async () => {
  for (const due of [0, 10]) {
    const [few, many] = [await sweepWith(10, due), await sweepWith(100, due)];
    expect(many.looked).toBe(due);
    expect([many.reads, many.writes]).toEqual([few.reads, few.writes]);
    expect(many.readUnits - few.readUnits).toBeLessThanOrEqual(90 * UNITS_A_GRANT);
  }
  const [none, some] = [await sweepWith(10, 0), await sweepWith(10, 10)];
  expect(some.reads - none.reads).toBe(10);
});
