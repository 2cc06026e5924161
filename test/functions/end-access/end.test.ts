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

describe("ending", () => {
  it("closes an active grant at its end and deletes what was sealed", async () => {
    const id = await routineGrant(at.world);
    await at.world.advance(59_700);
    expect(at.world.status(id)).toBe("ACTIVE");
    await at.world.advance(50);
    expect(at.world.grant(id)).toMatchObject({ status: "ENDED", closing: { code: "window_over" } });
    expect(at.world.grant(id)).toMatchObject({ closedAt: "2026-11-21T09:31:00.000Z" });
    expect(at.world.iam.puts).toEqual([]);
  });
  it("waits out a timer that is a little early (F-21)", async () => {
    const id = await routineGrant(at.world);
    at.world.workflow.paused = true;
    at.world.tick(55_000);
    await at.world.end(id);
    expect(at.world.grant(id)).toMatchObject({ status: "ENDED", closedAt: "2026-11-21T09:31:00.000Z" });
  });
  it("needs no timer for access to be over: one that comes an hour late finds it over, and closes it (F-20, I-23)", async () => {
    const id = await routineGrant(at.world);
    at.world.workflow.paused = true;
    at.world.tick(3_600_000);
    expect(at.world.status(id)).toBe("ACTIVE");
    expect(at.world.sts.issued[0]?.policy).toContain('{"aws:CurrentTime":"2026-11-21T09:31:00Z"}');
    expect(await at.world.agent("finetune-pipeline").collect(id)).toMatchObject({ code: "grant_over" });
    at.world.workflow.paused = false;
    await at.world.advance(0);
    expect(at.world.grant(id)).toMatchObject({ status: "ENDED", endsAt: "2026-11-21T09:31:00Z" });
    expect(at.world.sts.requests).toBe(1);
  });
  it("does not end a grant whose time is far from up: the workflow calls again (F-21)", async () => {
    const id = await routineGrant(at.world);
    await expect(at.world.end(id)).rejects.toThrow("the timer was early");
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("is idempotent, and says nothing of what is not there (F-22, I-31)", async () => {
    const id = await routineGrant(at.world);
    await at.world.advance(61_000);
    const { version } = at.world.grant(id);
    expect(await at.world.end(id)).toMatchObject({ next: "over" });
    expect(at.world.grant(id).version).toBe(version);
    expect(await at.world.end("aaaaaaaaaaaaaaaa")).toMatchObject({ next: "over" });
  });
  it("ends one grant and leaves another on the same role alone (I-26, I-27)", async () => {
    const short = await routineGrant(at.world);
    const long = await routineGrant(at.world, { windowSeconds: 600 });
    await at.world.advance(61_000);
    expect([at.world.status(short), at.world.status(long)]).toEqual(["ENDED", "ACTIVE"]);
    expect((await at.world.agent("finetune-pipeline").collect(long)).status).toBe(200);
  });
  it("tries again for as long as the table is away (I-42)", async () => {
    const id = await routineGrant(at.world);
    const upAgain = at.world.now() + 3_600_000;
    at.world.fake.before = () => {
      if (at.world.now() < upAgain) throw timedOut("DynamoDB");
    };
    await at.world.advance(3_000_000);
    expect(at.world.status(id)).toBe("ACTIVE");
    await at.world.advance(1_200_000);
    expect(at.world.status(id)).toBe("ENDED");
  });
  it("closes REVOKING at the end of the window, whatever became of the deny (I-25)", async () => {
    const id = await routineGrant(at.world);
    await at.world.agent("finetune-pipeline").release(id);
    await at.world.advance(61_000);
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "expired" });
  });
});

describe("compensating for a mint that failed for good", () => {
  it("denies what was never claimed: nothing was minted", async () => {
    const id = await approvedGrant(at.world);
    expect(await at.world.end(id)).toMatchObject({ next: "over" });
    expect(at.world.grant(id)).toMatchObject({ status: "DENIED", closing: { code: "activation_failed" } });
  });
  it("revokes what was claimed: a session may exist", async () => {
    const id = await orphanedAttempt(at.world, { windowSeconds: 600 });
    await at.world.end(id);
    expect(at.world.status(id)).toBe("REVOKING");
    await at.world.revokeAll();
    expect(at.world.status(id)).toBe("REVOKED");
  });
  it("leaves a grant that waits for people before its deadline alone", async () => {
    const id = await pendingGrant(at.world);
    await at.world.end(id);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("expires one that nobody decided in time (I-20)", async () => {
    const id = await pendingGrant(at.world);
    at.world.tick(24 * 3_600_000);
    await at.world.end(id);
    expect(at.world.grant(id)).toMatchObject({ status: "EXPIRED", closing: { code: "nobody_decided" } });
  });
  it("queues the deny again by sweep when the queue did not take it", async () => {
    const id = await orphanedAttempt(at.world, { windowSeconds: 600 });
    at.world.queue.fault = timedOut("SQS");
    await expect(at.world.end(id)).rejects.toThrow();
    at.world.queue.fault = undefined;
    expect(await at.world.end(id)).toMatchObject({ next: "waitToEnd" });
    at.world.tick(61_000);
    await at.world.sweep();
    await at.world.revokeAll();
    expect(at.world.status(id)).toBe("REVOKED");
  });
  it("follows a grant that moved between reading and writing", async () => {
    const id = await approvedGrant(at.world);
    at.world.fake.before = once(movesTo("DENIED"), () => at.world.mint(id));
    await expect(at.world.end(id)).rejects.toThrow("the timer was early");
    expect(at.world.status(id)).toBe("ACTIVE");
  });
});
