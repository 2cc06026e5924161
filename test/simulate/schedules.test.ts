import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TIMEOUT_SECONDS } from "./engine.ts";
import { type Plan, simulate } from "./simulate.ts";

/** How many; more by `npm run simulate -- --runs N`, which shrinks what it finds. */
const RUNS = Number(process.env.LATCHKEY_SIMULATIONS ?? 40);
const planOf = (seed: number): Plan => ({ seed, faults: [0, 0.01, 0.04][seed % 3] ?? 0 });

describe("random lives of everybody at once, with the deployed state machine, in virtual time", () => {
  it("keeps every invariant, whatever goes wrong (I-01, I-02, I-04, I-12, I-13, I-17, I-18, I-23, I-24, I-25, I-26, I-28, I-29, I-30, I-38, I-39, I-40, I-41, I-42, I-43, I-46, I-47, I-48, I-57, I-71)", async () => {
    let sessions = 0;
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const { broken, counts } = await simulate(planOf(seed));
      expect(broken, `npm run simulate -- --runs 1 --seed ${seed}`).toBeUndefined();
      sessions += counts.sessions;
    }
    // Something happens in them.
    expect(sessions).toBeGreaterThan(RUNS);
  }, 300_000);

  it("plays the same again for the same seed, fault by fault and call by call", async () => {
    const [one, other] = [
      await simulate({ seed: 5, faults: 0.04 }),
      await simulate({ seed: 5, faults: 0.04 }),
    ];
    expect(other.trace).toEqual(one.trace);
    expect(one.fired.length).toBeGreaterThan(0);
  }, 60_000);

  it.each(Object.entries(TIMEOUT_SECONDS))("cuts %s off when Lambda does, after %i s", (name, seconds) => {
    const construct = join(import.meta.dirname, `../../infra/functions/${name}.ts`);
    expect(readFileSync(construct, "utf8")).toContain(`timeoutSeconds: ${seconds},`);
  });
});
