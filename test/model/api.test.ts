import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { routes } from "../../functions/core/api/routes.ts";
import { checkWorld } from "../fakes/check-world.ts";
import { byRoute, sequences } from "./api/commands.ts";
import { fakeBroker } from "./api/fake-broker.ts";
import { Model } from "./api/model.ts";

// More by LATCHKEY_MODEL_RUNS, another beginning by LATCHKEY_MODEL_SEED; a failure prints both, and the shortest sequence.
const numRuns = Number(process.env.LATCHKEY_MODEL_RUNS ?? 80);
const seed = process.env.LATCHKEY_MODEL_SEED;

describe("the whole API against a model of it", () => {
  it("has a command for every route (I-70)", () => {
    expect(Object.keys(byRoute).sort()).toEqual(Object.keys(routes).sort());
  });
  it("answers any sequence of calls, by anybody, as the model says (I-10, I-14, I-17, I-31, I-38, I-41, I-45)", async () => {
    await fc.assert(
      fc.asyncProperty(sequences(40), async (commands) => {
        const broker = fakeBroker();
        const model = new Model(true);
        await fc.asyncModelRun(() => ({ model: { model, broker, run: "run" }, real: broker }), commands);
        checkWorld(broker.world);
      }),
      { numRuns, ...(seed === undefined ? {} : { seed: Number(seed) }), endOnFailure: false },
    );
  }, 280_000);
});
