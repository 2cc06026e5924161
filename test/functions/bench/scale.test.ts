import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../../local/paths.ts";
import { withSection } from "../../bench/page.ts";
import type { Demand } from "../../bench/scale/demand.ts";
import type { Limits } from "../../bench/scale/limits.ts";
import { scaleSections } from "../../bench/scale/sections.ts";
import { simulate } from "../../bench/scale/simulate.ts";

const page = readFileSync(join(projectRoot, "docs/scaling.md"), "utf8");

it("docs/scaling.md says what the simulation says: npm run scale -- --write", async () => {
  for (const [name, lines] of Object.entries(await scaleSections()))
    expect(withSection(page, name, lines), name).toBe(page);
});

const limit = {
  what: "a gate",
  rate: 10,
  burst: 10,
  parts: 1,
  whose: "ours",
  source: "",
  raise: "",
} as const;
const none = { share: 0, takes: {} };
const one: Demand = {
  automatic: { share: 1, takes: { gate: 1 } },
  ...{ oneStage: none, twoStages: none, revoked: none },
};
const waitAt = (rate: number, limits: Limits = { gate: limit }) =>
  simulate(one, limits, { rate, seed: 1 })[0];

it("a gate at half its rate keeps nobody waiting, and at twice its rate some for half a minute", () => {
  expect(waitAt(5)).toMatchObject({ what: "gate", use: 0.5, p99: 0 });
  const over = waitAt(20);
  expect(over?.use).toBe(2);
  expect(over?.p99).toBeGreaterThan(30);
  expect(over?.p99).toBeLessThan(130);
});

it("two gates alike, of which each takes one, hold twice as much", () => {
  expect(waitAt(16, { gate: { ...limit, parts: 2 } })?.p99).toBeLessThan(3);
  expect(waitAt(16)?.p99).toBeGreaterThan(20);
});
