import { describe, expect, it } from "vitest";
import { timedOut } from "../../fakes/faults.ts";
import { asked, movesTo, pendingGrant, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const LONG = { windowSeconds: 1800 };
const PIPELINE = { type: "agent", id: "finetune-pipeline" };
const roles = () => [...new Set(at.world.queue.messages.map(({ role }) => role))];

/** A lockdown whose setter died right after it was written. */
async function setAndDied(target: object): Promise<void> {
  at.world.fake.before = (command) => {
    if (JSON.stringify(command.input).includes("LIVE#")) throw timedOut("DynamoDB");
  };
  expect((await at.world.person("samira").lockDown(target)).body).toMatchObject({ complete: false });
  at.world.fake.before = undefined;
  at.world.queue.messages.splice(0);
}

describe("sweep, under a standing lockdown", () => {
  it("stops what its setter did not get to, and orders the lists (I-30)", async () => {
    const id = await routineGrant(at.world, LONG);
    await setAndDied(PIPELINE);
    expect(await at.world.sweep()).toMatchObject({ failed: 0 });
    expect(at.world.grant(id)).toMatchObject({
      status: "REVOKING",
      closing: { code: "locked_down", by: "sweep" },
    });
    expect(roles()).toContain("latchkey-access-training-data");
    await at.world.revokeAll();
    expect(at.world.iam.denies("latchkey-access-training-data", id)).toBe(true);
  });
  it("denies what the agent has waiting", async () => {
    const id = await pendingGrant(at.world);
    await setAndDied({ type: "agent", id: "support-assistant" });
    await at.world.sweep();
    expect(at.world.status(id)).toBe("DENIED");
  });
  it("stops under each of several, and leaves all others alone (I-26)", async () => {
    const [one, two] = [await routineGrant(at.world, LONG), await pendingGrant(at.world)];
    const other = await asked(at.world, "rag-indexer", {
      resource: "eval-sets",
      access: "list",
      windowSeconds: 1800,
      purpose: "index",
    });
    await setAndDied({ type: "role", id: "training-data" });
    await setAndDied({ type: "agent", id: "support-assistant" });
    await at.world.sweep();
    expect([one, two, other].map(at.world.status)).toEqual(["REVOKING", "DENIED", "ACTIVE"]);
  });
  it("says that it failed when something cannot be stopped, does everything else, and tries again each minute", async () => {
    const [one, two] = [await routineGrant(at.world, LONG), await routineGrant(at.world, LONG)];
    await setAndDied(PIPELINE);
    at.world.fake.before = (command) => {
      if (movesTo("REVOKING")(command) && JSON.stringify(command.input).includes(one))
        throw timedOut("DynamoDB");
    };
    expect(await at.world.sweep()).toMatchObject({ failed: 1 });
    expect([one, two].map(at.world.status)).toEqual(["ACTIVE", "REVOKING"]);
    at.world.fake.before = undefined;
    await at.world.advance(60_000);
    expect(await at.world.sweep()).toMatchObject({ failed: 0 });
    expect(at.world.status(one)).toBe("REVOKING");
  });
  it("orders the lists of a fresh one each minute, of an old one no more", async () => {
    await setAndDied(PIPELINE);
    await at.world.sweep();
    expect(roles().length).toBeGreaterThan(1);
    await at.world.revokeAll();
    await at.world.advance(11 * 60_000);
    await at.world.sweep();
    expect(at.world.queue.messages).toEqual([]);
  });
  it("survives a restart: a lockdown is nowhere but in the table", async () => {
    await at.world.person("samira").lockDown(PIPELINE);
    at.world.deploy((bundle) => {
      bundle.catalogue.people = bundle.catalogue.people.filter(({ id }) => id !== "samira");
    });
    await at.world.sweep();
    expect(
      (
        await at.world.agent("finetune-pipeline").ask({
          resource: "support-conversations",
          access: "read",
          windowSeconds: 60,
          purpose: "again",
        })
      ).code,
    ).toBe("locked_down");
  });
});
