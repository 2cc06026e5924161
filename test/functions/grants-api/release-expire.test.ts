import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { edit } from "../../fakes/policy.ts";
import { approvedGrant, orphanedAttempt, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld((bundle) =>
  edit(bundle.catalogue.resources, "support-conversations", (resource) => {
    resource.onRelease = "expire";
  }),
);
const owner = () => at.world.agent("finetune-pipeline");
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
    const { PutCommand } = await import("@aws-sdk/lib-dynamodb");
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
  it("leaves a person who revokes it then with the time until it is over by itself", async () => {
    const id = await routineGrant(at.world, LONG);
    await owner().release(id);
    expect(await at.world.person("samira").revoke(id)).toMatchObject({
      code: "wrong_state",
      body: { error: { details: { status: "ENDED", liveUntil: "2026-11-21T10:00:00Z" } } },
    });
  });
});
