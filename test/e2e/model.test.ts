import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sequences } from "../model/api/commands.ts";
import { Model } from "../model/api/model.ts";
import { localBroker } from "./model-broker.ts";

/**
 * Those of four hundred drawn sequences that do most: stages decided by signature and by link, an extension and releases,
 * masked reads and revocations, a permit's whole life. Where commands change they are others, and hold as well.
 */
const DRAWN = { seed: 20_261_121, numRuns: 400 };
const CHOSEN = [86, 379, 110, 66];
const COMMANDS = 14;

describe("the whole API over signed HTTP against the model (I-10, I-14, I-31, I-38, I-41)", () => {
  const drawn = fc.sample(sequences(COMMANDS), DRAWN);

  it.each(CHOSEN)("answers as it says: sequence %i", async (index) => {
    const commands = drawn[index] ?? [];
    const model = new Model(false);
    const at = { model, broker: localBroker, run: randomUUID() };
    try {
      await fc.asyncModelRun(() => ({ model: at, real: localBroker }), commands);
    } finally {
      await tidyUp(model);
    }
    expect(model.grants.length + model.lockdowns.length).toBeGreaterThan(0);
  });
});

/** Other files come after this one: nothing stays open, and no lockdown stands. */
async function tidyUp(model: Model): Promise<void> {
  for (const { id, by, lifted } of model.lockdowns)
    if (!lifted)
      await localBroker.call(by === "noor" ? "samira" : "noor", "DELETE", `/lockdowns/${id}`, {
        query: { reason: "the sequence is over" },
      });
  for (const grant of model.grants)
    if (!model.isTerminal(grant))
      await localBroker.call(model.agentOf(grant), "POST", `/grants/${grant.id}/release`);
}
