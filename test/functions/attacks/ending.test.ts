import { describe, expect, it } from "vitest";
import { revokeBatch } from "../../../functions/revoke-access/revoke.ts";
import { asked, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const TRAINING = "latchkey-access-training-data";
const STAGING = "latchkey-access-staging-data";
const LONG = { windowSeconds: 1800 };
const released = async () => {
  const id = await routineGrant(at.world, LONG);
  await at.world.agent("finetune-pipeline").release(id);
  return id;
};
const releasedElsewhere = async () => {
  const ask = { resource: "eval-sets", access: "read", purpose: "index", ...LONG };
  const id = await asked(at.world, "rag-indexer", ask);
  await at.world.agent("rag-indexer").release(id);
  return id;
};

describe("a role whose IAM does not answer", () => {
  it("keeps no other role of its batch waiting, and is handed back before the run is cut off (I-29, I-34)", async () => {
    const [hanging, other] = [await released(), await releasedElsewhere()];
    at.world.iam.before = (_what, role) => (role === TRAINING ? new Promise(() => undefined) : undefined);
    const messages = at.world.queue.messages.splice(0);
    const done = await revokeBatch({ ...at.world.deps(), patienceMs: 50 }, messages);
    expect(at.world.iam.denies(STAGING, other)).toBe(true);
    expect(at.world.iam.denies(TRAINING, hanging)).toBe(false);
    const handedBack = messages.filter(({ role }) => role === TRAINING);
    expect(done.batchItemFailures).toEqual(
      handedBack.map(({ messageId }) => ({ itemIdentifier: messageId })),
    );
  });
});
