import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bundle } from "../../../client/package/bundle.ts";
import { emptyFolder, root, run } from "./built.ts";

const place = emptyFolder("cold-start");
afterAll(() => rmSync(place, { recursive: true, force: true }));

const PAIRS = 11;
/** A process tells what it has used of a processor: on a busy machine that says more than a clock. */
const TELLS = `process.on("exit", () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  require("node:fs").writeSync(2, String(userCPUTime + systemCPUTime));
});`;
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

test("`latchkey --help` costs at most three times what `node -e 0` does", async () => {
  await bundle(root, join(place, "package"));
  writeFileSync(join(place, "package/package.json"), JSON.stringify({ type: "module" }));
  const tells = join(place, "tells.cjs");
  writeFileSync(tells, TELLS);
  const cost = async (...args: string[]): Promise<number> =>
    Number((await run(process.execPath, ["--require", tells, ...args])).stderr);
  const ratios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const nothing = await cost("-e", "0");
    ratios.push((await cost(join(place, "package/cli.js"), "--help")) / nothing);
  }
  process.stdout.write(`measured: latchkey --help ${median(ratios).toFixed(2)} times node -e 0\n`);
  expect(median(ratios)).toBeLessThanOrEqual(3);
  expect(median(ratios)).toBeGreaterThan(1);
});
