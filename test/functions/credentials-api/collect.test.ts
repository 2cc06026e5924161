import { describe, expect, it } from "vitest";
import { identityOf } from "../../fakes/api.ts";
import { sensitive } from "../../fakes/asks.ts";
import { timedOut } from "../../fakes/faults.ts";
import { edit, withIdentities } from "../../fakes/policy.ts";
import {
  approvedGrant,
  asked,
  orphanedAttempt,
  pendingGrant,
  routineGrant,
  stopped,
} from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const owner = () => at.world.agent("finetune-pipeline");
const collected = (id: string) =>
  at.world.history(id).filter((type) => type === "credentials.collected").length;

describe("collecting", () => {
  it("gives what STS issued, ending with the window where STS would go on (I-04)", async () => {
    const id = await routineGrant(at.world);
    const [issued] = at.world.sts.issued;
    expect(await owner().collect(id)).toMatchObject({
      status: 200,
      body: {
        Version: 1,
        AccessKeyId: issued?.session.accessKeyId,
        SecretAccessKey: issued?.session.secretAccessKey,
        SessionToken: issued?.session.sessionToken,
        Expiration: "2026-11-21T09:31:00Z",
      },
    });
    expect(issued?.durationSeconds).toBe(900);
  });
  it("may be repeated, and is one event (I-47)", async () => {
    const id = await routineGrant(at.world);
    const first = await owner().collect(id);
    expect((await owner().collect(id)).body).toEqual(first.body);
    expect(collected(id)).toBe(1);
  });
  it("waits while the machine mints", async () => {
    const id = await approvedGrant(at.world);
    at.world.workflow.paused = false;
    Object.assign(at.world.workflow.executions.get(id) ?? {}, { until: at.world.now() + 2_000 });
    const reply = await owner().collect(id);
    expect(reply.status).toBe(200);
  });
  it("waits five seconds and no longer, and changes nothing then", async () => {
    const id = await approvedGrant(at.world);
    const from = at.world.now();
    expect(await owner().collect(id)).toMatchObject({ status: 409, code: "not_ready" });
    expect(at.world.now() - from).toBeGreaterThanOrEqual(5_000);
    expect(at.world.now() - from).toBeLessThanOrEqual(5_200);
    expect(at.world.events("request.refused")).toEqual([]);
  });
  it("does not wait for people, nor for a start that is far", async () => {
    const pending = await pendingGrant(at.world);
    const later = await routineGrant(at.world, { startsAt: "2026-11-21T10:00:00Z" });
    const from = at.world.now();
    expect((await at.world.agent("support-assistant").collect(pending)).code).toBe("not_ready");
    expect((await owner().collect(later)).code).toBe("not_ready");
    expect(at.world.now()).toBe(from);
  });
});

describe("collecting is refused (I-10)", () => {
  it("to another agent, to a person, and for an id that is not there, with one answer", async () => {
    const id = await routineGrant(at.world);
    const other = at.world.agent("rag-indexer");
    const [foreign, none] = [await other.collect(id), await other.collect("aaaaaaaaaaaaaaaa")];
    expect(foreign).toMatchObject({ status: 404, code: "not_found" });
    expect(none.text).toBe(foreign.text);
    expect((await at.world.person("samira").collect(id)).status).toBe(403);
    expect(collected(id)).toBe(0);
  });
  it("to another principal of the same agent", async () => {
    const second = "arn:aws:iam::123456789012:user/second-key";
    at.world.deploy((bundle) =>
      edit(bundle.catalogue.agents, "finetune-pipeline", (agent) => {
        agent.principals.push(second);
      }),
    );
    const id = await routineGrant(at.world);
    const other = at.world.as(identityOf(second, "AIDASECOND"));
    expect((await other.get(id)).status).toBe(200);
    expect(await other.collect(id)).toMatchObject({ status: 404 });
  });
  it("after the end, also before anybody has closed the grant", async () => {
    const id = await routineGrant(at.world);
    at.world.workflow.paused = true;
    at.world.tick(59_749);
    expect((await owner().collect(id)).status).toBe(200);
    at.world.tick(1);
    expect(await owner().collect(id)).toMatchObject({ status: 410, code: "grant_over" });
    at.world.workflow.paused = false;
    await at.world.advance(1_000);
    expect(at.world.status(id)).toBe("ENDED");
    expect(await owner().collect(id)).toMatchObject({ status: 410, code: "grant_over" });
  });
  it("after a release, with the reason", async () => {
    const id = await routineGrant(at.world);
    await owner().release(id);
    expect((await owner().collect(id)).body).toMatchObject({
      error: { code: "grant_over", details: { status: "REVOKING", reason: "released" } },
    });
  });
  it("to an approver of it, to an administrator, and to its own role made anew, each with an event", async () => {
    at.world.deploy(withIdentities("priya"));
    const id = await pendingGrant(at.world);
    await at.world.decide("priya", "approve");
    const owner = at.world.policy.catalogue.agents.find(({ id: agent }) => agent === "support-assistant");
    const arn = owner?.principals[0] ?? "";
    const anew = at.world.as(identityOf(arn, "AIDAMADEANEW"));
    const elsewhere = at.world.as(identityOf(arn.replace("123456789012", "210987654321"), "AIDAOTHER"));
    const root = at.world.as({
      accountId: "123456789012",
      caller: "123456789012",
      user: "123456789012",
      userArn: "arn:aws:iam::123456789012:root",
    });
    const admin = at.world.as(
      identityOf("arn:aws:iam::123456789012:role/AdministratorAccess", "AROAADMIN", "root-like"),
    );
    expect((await at.world.person("priya").collect(id)).code).toBe("not_your_role");
    for (const other of [anew, elsewhere, root, admin])
      expect(await other.collect(id)).toMatchObject({ status: 403, code: "forbidden" });
    expect(collected(id)).toBe(0);
    const refused = at.world.events("request.refused").map(({ actor, facts }) => [actor.type, facts.code]);
    expect(refused).toEqual([
      ["person", "not_your_role"],
      ["unknown", "forbidden"],
      ["unknown", "forbidden"],
      ["unknown", "forbidden"],
      ["unknown", "forbidden"],
    ]);
  });
  it("at every end, when what was sealed is gone too", async () => {
    const sealed = (id: string) => at.world.fake.item({ pk: `GRANT#${id}`, sk: "SEALED" });
    const long = { windowSeconds: 600 };
    const [ended, released] = [await routineGrant(at.world), await routineGrant(at.world, long)];
    const revoked = await routineGrant(at.world, long);
    expect([sealed(ended), sealed(released), sealed(revoked)].filter(Boolean)).toHaveLength(3);
    await owner().release(released);
    await stopped(at.world, revoked);
    await at.world.advance(60_000);
    const failed = await orphanedAttempt(at.world);
    at.world.workflow.paused = false;
    await at.world.advance(61_000);
    for (const [id, reason] of [
      [ended, "window_over"],
      [released, "released"],
      [revoked, "revoked"],
      [failed, "window_over"],
    ] as const) {
      expect(sealed(id), reason).toBeUndefined();
      expect((await owner().collect(id)).body).toMatchObject({
        error: { code: "grant_over", details: { reason } },
      });
    }
    const over = at.world.events("request.refused").map(({ facts }) => facts.code);
    expect(new Set(over)).toEqual(new Set(["grant_over"]));
  });
  it("for a grant that was denied or rejected", async () => {
    const id = await asked(at.world, "support-assistant", sensitive);
    await at.world.decide("priya", "reject");
    expect((await at.world.agent("support-assistant").collect(id)).code).toBe("grant_over");
  });
  it("of an attempt that died before it was sealed", async () => {
    const id = await orphanedAttempt(at.world);
    expect((await owner().collect(id)).code).toBe("not_ready");
  });
});

describe("collecting when something fails (I-08, I-65)", () => {
  it("gives nothing while KMS is down, and the same afterwards (F-19)", async () => {
    const id = await routineGrant(at.world);
    at.world.seal.fault = timedOut("KMS");
    expect(await owner().collect(id)).toMatchObject({ status: 503, code: "unavailable" });
    at.world.seal.fault = undefined;
    expect((await owner().collect(id)).status).toBe(200);
    expect(collected(id)).toBe(1);
  });
  it("gives nothing when the event cannot be written (I-46)", async () => {
    const id = await routineGrant(at.world);
    at.world.fake.before = (command) => {
      if (JSON.stringify(command.input).includes("credentials.collected")) throw timedOut("DynamoDB");
    };
    expect((await owner().collect(id)).status).toBe(503);
  });
  it("opens nothing that was sealed for another grant", async () => {
    const one = await routineGrant(at.world);
    const two = await routineGrant(at.world);
    const sealed = at.world.fake.item({ pk: `GRANT#${one}`, sk: "SEALED" });
    at.world.fake.plant({ ...sealed, pk: `GRANT#${two}` });
    expect((await owner().collect(two)).status).toBe(500);
  });
});
