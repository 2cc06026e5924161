import { describe, expect, test } from "vitest";
import { check, makeLog } from "./log.ts";

describe("I-49 a log that nobody touched", () => {
  test.each([
    ["with a quiet hour", { seed: 1, quietHour: 1 }],
    ["with batches that overlap", { seed: 2, overlap: true, grants: 8 }],
    ["of an hour in which nothing happened", { seed: 3, hours: 1, grants: 0, loose: 0 }],
    ["with a record in quarantine", { seed: 4, poison: true }],
  ])("%s is whole", async (_, shape) => {
    const { files, events } = await makeLog(shape);
    const report = await check(files);
    expect(report.findings.filter(({ severity }) => severity !== "note")).toEqual([]);
    expect(report).toMatchObject({ verdict: "whole", events: { read: events.length } });
  });

  test.each(Array.from({ length: 10 }, (_, seed) => seed + 100))("of seed %i is whole", async (seed) => {
    const { files, events } = await makeLog({ seed, hours: 4, grants: 12, loose: 6 });
    const report = await check(files);
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ verdict: "whole", events: { read: events.length } });
  });
});
