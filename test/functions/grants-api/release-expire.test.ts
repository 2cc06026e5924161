import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeEach, describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { edit } from "../../fakes/policy.ts";
import { approvedGrant, movesTo, once, orphanedAttempt, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld((bundle) =>
  edit(bundle.catalogue.resources, "support-conversations", (resource) => {
    resource.onRelease = "expire";
  }),
);
const owner = () => at.world.agent("finetune-pipeline");
const expiring = (id: string) => at.world.fake.item(keys.expiring("latchkey-access-training-data", id));
const LONG = { windowSeconds: 1800 };

describe("releasing where sessions end by themselves", () => {
  it("ends the grant in the table: nothing more is collected, and no deny is ordered", async () => {
    const id = await routineGrant(at.world, LONG);
    const reply = await owner().release(id);
    expect(reply).toMatchObject({
      status: 200,
      body: { status: "ENDED", closing: { code: "released" }, liveUntil: "2026-11-21T10:00:00Z" },
    });
    expect((await owner().collect(id)).code).toBe("grant_over");
    expect(at.world.queue.messages).toEqual([]);
    expect(at.world.fake.item(keys.sealed(id))).toBeUndefined();
    await at.world.advance(1_900_000);
    await at.world.sweep();
    expect(at.world.history(id).filter((type) => type === "grant.ended")).toHaveLength(1);
    expect(at.world.iam.puts).toEqual([]);
  });
  it("says the session's own end, when that comes before the window's", async () => {
    const id = await routineGrant(at.world, LONG);
    const sealed = { ...at.world.fake.item(keys.sealed(id)), expiration: "2026-11-21T09:45:00Z" };
    await at.world.fake.table.client.send(
      new PutCommand({ TableName: at.world.fake.table.name, Item: sealed }),
    );
    expect((await owner().release(id)).body).toMatchObject({ liveUntil: "2026-11-21T09:45:00Z" });
  });
  it("is fine to repeat (I-31)", async () => {
    const id = await routineGrant(at.world, LONG);
    await owner().release(id);
    const { version } = at.world.grant(id);
    expect((await owner().release(id)).body).toMatchObject({ status: "ENDED" });
    expect(at.world.grant(id).version).toBe(version);
  });
  it("denies what is being minted all the same: nobody knows that session (I-01)", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    expect((await owner().release(id)).body).toMatchObject({ status: "REVOKING" });
  });
  it("cancels what was never minted", async () => {
    const id = await approvedGrant(at.world, LONG);
    expect((await owner().release(id)).body).toMatchObject({ status: "CANCELLED" });
  });
  it("denies when the resource is gone from the catalogue: nothing is known of it any more", async () => {
    const id = await routineGrant(at.world, LONG);
    at.world.deploy((bundle) => {
      bundle.catalogue.resources = bundle.catalogue.resources.filter(
        (each) => each.id !== "support-conversations",
      );
    });
    expect((await owner().release(id)).body).toMatchObject({ status: "REVOKING" });
  });
  it("takes its note away when the sessions are over", async () => {
    const id = await routineGrant(at.world, LONG);
    await owner().release(id);
    expect(expiring(id)).toMatchObject({ agent: "finetune-pipeline", resource: "support-conversations" });
    await at.world.advance(1_801_000);
    await at.world.sweep();
    await at.world.advance(300_000);
    await at.world.sweep();
    expect(expiring(id)).toBeUndefined();
  });
});

describe("what works on after such a release", () => {
  let id = "";
  beforeEach(async () => {
    await at.world.sweep();
    id = await routineGrant(at.world, LONG);
    await owner().release(id);
  });
  const denied = async () => {
    await at.world.revokeAll();
    return at.world.iam.denies("latchkey-access-training-data", id);
  };

  it("is denied when a person revokes it; the grant stays ENDED, the denial has an event (I-17, I-47)", async () => {
    expect(await at.world.person("samira").revoke(id, "leaked")).toMatchObject({
      status: 200,
      body: { status: "ENDED" },
    });
    expect(await denied()).toBe(true);
    expect((await at.world.person("noor").revoke(id, "again")).status).toBe(200);
    expect(at.world.events("session.denied")).toMatchObject([
      { grant: id, actor: { id: "samira" }, facts: { code: "revoked", reason: "leaked" } },
    ]);
  });
  it.each([
    { type: "agent", id: "finetune-pipeline" },
    { type: "resource", id: "support-conversations" },
    { type: "role", id: "training-data" },
    { type: "everything" },
  ])("is denied by a lockdown of $type $id, and stays denied when it is lifted", async (target) => {
    const set = await at.world.person("samira").lockDown(target);
    expect(set.body).toMatchObject({ stopped: 1, complete: true });
    expect(at.world.events("session.denied")).toMatchObject([
      { grant: id, facts: { code: "locked_down", lockdown: (set.body as { id: string }).id } },
    ]);
    expect(await denied()).toBe(true);
    await at.world.person("noor").lift((set.body as { id: string }).id);
    expect(await denied()).toBe(true);
  });
  it("is denied also when a sweeper whose clock is five minutes ahead has looked at it (I-43)", async () => {
    await at.world.advance(1_600_000);
    at.world.tick(300_000);
    await at.world.sweep();
    at.world.tick(-300_000);
    expect((await at.world.person("samira").revoke(id)).status).toBe(200);
    expect(await denied()).toBe(true);
  });
  it("is denied when the grant that it goes on from is revoked, and takes what goes on from it along", async () => {
    const [base, next] = [await routineGrant(at.world, LONG), await routineGrant(at.world, LONG)];
    const point = (from: string, extendedBy: string) =>
      at.world.fake.plant({ ...keys.extension(from), entity: "extension", extendedBy });
    point(base, id);
    point(id, next);
    await at.world.person("samira").revoke(base);
    expect([base, id, next].map(at.world.status)).toEqual(["REVOKING", "ENDED", "REVOKING"]);
    expect(await denied()).toBe(true);
  });
  it("takes what goes on from it along when it is revoked itself", async () => {
    const next = await routineGrant(at.world, LONG);
    at.world.fake.plant({ ...keys.extension(id), entity: "extension", extendedBy: next });
    await at.world.person("samira").revoke(id);
    expect(at.world.status(next)).toBe("REVOKING");
  });
  it.each([
    ["a person who revokes it", (grant: string) => at.world.person("samira").revoke(grant)],
    ["a lockdown", () => at.world.person("samira").lockDown({ type: "everything" })],
  ])("is denied by %s also when the release comes in between", async (_, stop) => {
    const other = await routineGrant(at.world, LONG);
    at.world.fake.before = once(movesTo("REVOKING"), () => owner().release(other));
    await stop(other);
    expect(at.world.status(other)).toBe("ENDED");
    await at.world.revokeAll();
    expect(at.world.iam.denies("latchkey-access-training-data", other)).toBe(true);
  });
  it("is left alone by a lockdown of something else", async () => {
    await at.world.person("samira").lockDown({ type: "agent", id: "rag-indexer" });
    expect(at.world.events("session.denied")).toEqual([]);
    expect(expiring(id)).toBeDefined();
  });
  it("is denied when a policy deploy takes away what it rested on (I-33)", async () => {
    at.world.deploy((bundle) => {
      bundle.catalogue.agents = bundle.catalogue.agents.filter((each) => each.id !== "finetune-pipeline");
    });
    await at.world.sweep();
    expect(at.world.events("session.denied")).toMatchObject([{ facts: { code: "policy_changed" } }]);
    expect(await denied()).toBe(true);
  });
  it("once it is over, is nothing that could be revoked", async () => {
    await at.world.advance(1_801_000);
    expect(await at.world.person("samira").revoke(id)).toMatchObject({ status: 409, code: "wrong_state" });
    expect(at.world.events("session.denied")).toEqual([]);
  });
  it("denied by two at once, is denied once", async () => {
    at.world.fake.before = once(
      (command) => JSON.stringify(command.input).includes("session.denied"),
      () => at.world.person("samira").lockDown({ type: "everything" }),
    );
    expect((await at.world.person("maya").revoke(id)).status).toBe(200);
    expect(at.world.events("session.denied")).toHaveLength(1);
  });
});
