import { describe, expect, it } from "vitest";
import { timedOut } from "../../fakes/faults.ts";
import {
  approvedGrant,
  movesTo,
  once,
  orphanedAttempt,
  pendingGrant,
  routineGrant,
} from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const owner = () => at.world.agent("finetune-pipeline");

describe("releasing", () => {
  it("cancels what waits for people, and the workflow ends (I-17)", async () => {
    const id = await pendingGrant(at.world);
    const reply = await at.world.agent("support-assistant").release(id);
    expect(reply).toMatchObject({
      status: 200,
      body: { status: "CANCELLED", closing: { code: "released" } },
    });
    expect(at.world.workflow.executions.get(id)?.at).toBe("done");
    expect(at.world.iam.puts).toEqual([]);
  });
  it("cancels what is approved and not minted; the mint then writes nothing (I-17)", async () => {
    const id = await approvedGrant(at.world);
    expect((await owner().release(id)).body).toMatchObject({ status: "CANCELLED" });
    expect(await at.world.mint(id)).toMatchObject({ next: "over" });
    expect(at.world.sts.requests).toBe(0);
  });
  it("denies at once what is active: entry, sealed credentials and state in one transaction", async () => {
    const id = await routineGrant(at.world, { windowSeconds: 600 });
    expect((await owner().release(id)).body).toMatchObject({ status: "REVOKING" });
    expect((await owner().collect(id)).code).toBe("grant_over");
    await at.world.revokeAll();
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "probed" });
    expect(at.world.iam.denies("latchkey-access-training-data", id)).toBe(true);
  });
  it("denies what may have been minted: claimed by a run that died", async () => {
    const id = await orphanedAttempt(at.world, { windowSeconds: 600 });
    expect((await owner().release(id)).body).toMatchObject({ status: "REVOKING" });
    await at.world.revokeAll();
    expect(at.world.status(id)).toBe("REVOKED");
  });
  it("is fine to repeat, and changes nothing then (I-31)", async () => {
    const id = await routineGrant(at.world);
    await owner().release(id);
    const { version } = at.world.grant(id);
    expect((await owner().release(id)).status).toBe(200);
    expect(at.world.grant(id).version).toBe(version);
    expect(at.world.queue.messages).toHaveLength(1);
  });
  it("is refused once the grant has ended by itself, with its state", async () => {
    const id = await routineGrant(at.world);
    await at.world.advance(61_000);
    const reply = await owner().release(id);
    expect(reply).toMatchObject({
      status: 409,
      code: "wrong_state",
      body: { error: { details: { status: "ENDED" } } },
    });
  });
  it("has no effect on another's grant or on none, with one answer (I-10, I-31)", async () => {
    const id = await routineGrant(at.world);
    const other = at.world.agent("rag-indexer");
    const [foreign, none] = [await other.release(id), await other.release("aaaaaaaaaaaaaaaa")];
    expect(foreign).toMatchObject({ status: 404, code: "not_found" });
    expect(none.text).toBe(foreign.text);
    expect(at.world.status(id)).toBe("ACTIVE");
    expect(await at.world.person("maya").release(id)).toMatchObject({ status: 403 });
  });
  it("takes no fields (I-21)", async () => {
    const id = await routineGrant(at.world);
    const reply = await owner().call("POST", `/grants/${id}/release`, { body: { status: "ENDED" } });
    expect(reply).toMatchObject({ status: 400, path: "status" });
  });
});

describe("releasing while something else happens", () => {
  it("stops a mint between AssumeRole and ACTIVE: the session is denied and never delivered (F-17, I-01, I-14)", async () => {
    const id = await approvedGrant(at.world, { windowSeconds: 600 });
    at.world.sts.after = () => owner().release(id);
    expect(await at.world.mint(id)).toMatchObject({ next: "waitToEnd" });
    expect(at.world.status(id)).toBe("REVOKING");
    expect((await owner().collect(id)).code).toBe("grant_over");
    await at.world.revokeAll();
    expect(at.world.status(id)).toBe("REVOKED");
  });
  it("follows the grant when the minter is faster", async () => {
    const id = await approvedGrant(at.world);
    at.world.fake.before = once(movesTo("CANCELLED"), () => at.world.mint(id));
    expect((await owner().release(id)).body).toMatchObject({ status: "REVOKING" });
    expect(at.world.history(id).at(-1)).toBe("grant.revoking");
  });
  it("stays released when the deny queue is down: sweep queues it", async () => {
    const id = await routineGrant(at.world, { windowSeconds: 600 });
    at.world.queue.fault = timedOut("SQS");
    expect((await owner().release(id)).body).toMatchObject({ status: "REVOKING" });
    at.world.queue.fault = undefined;
    await at.world.advance(61_000);
    await at.world.sweep();
    await at.world.revokeAll();
    expect(at.world.status(id)).toBe("REVOKED");
  });
  it("settles a lost answer by reading back", async () => {
    const id = await routineGrant(at.world);
    at.world.fake.after = once(movesTo("REVOKING"), () => {
      throw timedOut("DynamoDB");
    });
    expect((await owner().release(id)).body).toMatchObject({ status: "REVOKING" });
    expect(at.world.queue.messages).toHaveLength(1);
  });
});
