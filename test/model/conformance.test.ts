import { describe, expect, it } from "vitest";
import { conform, focuses, type Trial } from "./conform.ts";
import { planted, worlds } from "./planted.ts";

/** How many schedules of each kind, beside the worlds of test/simulate; more by `LATCHKEY_SCHEDULES=500`. A failure names its seed, which plays it again. */
const SCHEDULES = Number(process.env.LATCHKEY_SCHEDULES ?? 5);
const seeds = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

/** What a schedule came to: the property that was broken, or what the check of the world's end threw. */
async function brokenIn(seed: number, trial: Trial): Promise<string | undefined> {
  try {
    const { broken, trace } = await conform(seed, trial);
    return broken && `${broken}, seed ${seed}:\n${trace.join("\n")}`;
  } catch (fault) {
    return `check of the world, seed ${seed}: ${(fault as Error).message}`;
  }
}

describe("the code, in random schedules of everybody at once, call by call", () => {
  it.each(Object.keys(worlds).flatMap((world) => Object.keys(focuses).map((focus) => ({ world, focus }))))(
    "keeps what the model keeps, $focus, in a world $world (I-01, I-02, I-17, I-24, I-25, I-29, I-30, I-41, I-42, I-71)",
    async ({ world, focus }) => {
      const trial = { focus: focuses[focus as keyof typeof focuses], plant: worlds[world] };
      for (const seed of seeds(SCHEDULES))
        expect(await brokenIn(seed, { ...trial, untilOver: true })).toBeUndefined();
    },
    300_000,
  );

  it.each(Object.entries(planted))(
    "is found out when a fence is taken out: %s",
    async (_, { plant, focus, noticed }) => {
      let found: string | undefined;
      for (const seed of seeds(300)) {
        found = await brokenIn(seed, { plant, focus, untilOver: false });
        if (found) break;
      }
      expect(found).toMatch(noticed);
    },
    300_000,
  );
});
