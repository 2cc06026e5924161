import { describe, expect, it } from "vitest";
import { timedOut } from "../../fakes/faults.ts";
import { approvedGrant, movesTo, once, orphanedAttempt } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const LONG = { windowSeconds: 600 };
const owner = () => at.world.agent("finetune-pipeline");
const go = async (ms: number) => {
  at.world.workflow.paused = false;
  await at.world.advance(ms);
};

describe("a mint that fails", () => {
  it("dead right after AssumeRole: the next attempt follows when the lease is over, with the same end (F-15, F-05, I-02)", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    await go(59_000);
    expect(at.world.status(id)).toBe("ACTIVATING");
    await go(2_000);
    expect(at.world.grant(id)).toMatchObject({
      status: "ACTIVE",
      attempt: 2,
      endsAt: "2026-11-21T09:40:00Z",
    });
    expect(at.world.sts.issued.map(({ sessionName }) => sessionName)).toEqual([
      `lk.finetune.${id}.1`,
      `lk.finetune.${id}.2`,
    ]);
    expect((await owner().collect(id)).text).toContain(at.world.sts.issued[1]?.session.accessKeyId);
  });
  it("dead after AssumeRole in a window that its lease outlasts: FAILED when the window is over, nothing delivered", async () => {
    const id = await orphanedAttempt(at.world);
    await go(61_000);
    expect(at.world.grant(id)).toMatchObject({ status: "FAILED", closing: { code: "window_over" } });
  });
  it("KMS down: nothing is delivered, and the next attempt delivers (F-18, I-08)", async () => {
    const id = await approvedGrant(at.world, LONG);
    at.world.seal.fault = timedOut("KMS");
    await go(10_000);
    expect(at.world.status(id)).toBe("ACTIVATING");
    expect((await owner().collect(id)).code).toBe("not_ready");
    at.world.seal.fault = undefined;
    await go(60_000);
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", attempt: 2 });
  });
  it("STS refuses: FAILED with its code, and no session", async () => {
    const id = await approvedGrant(at.world);
    at.world.sts.refuse = "AccessDenied";
    expect(await at.world.mint(id)).toMatchObject({ next: "over" });
    expect(at.world.grant(id)).toMatchObject({ status: "FAILED", closing: { code: "AccessDenied" } });
  });
  it("STS refuses a second attempt: the first may have minted, so it is denied, never just FAILED (I-30)", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    at.world.sts.refuse = "AccessDenied";
    await go(61_000);
    expect(at.world.status(id)).toBe("REVOKING");
    await at.world.revokeAll();
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "probed" });
  });
  it("STS does not answer: another attempt, under another name", async () => {
    const id = await approvedGrant(at.world, LONG);
    at.world.sts.before = once(
      () => true,
      () => {
        throw timedOut("STS");
      },
    ) as never;
    await go(62_000);
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", attempt: 2 });
  });
  it("STS's clock is off: the session is never delivered, and denied (I-43)", async () => {
    const id = await approvedGrant(at.world, LONG);
    at.world.sts.skewMs = 300_000;
    await go(1_000);
    expect(at.world.status(id)).toBe("REVOKING");
    expect((await owner().collect(id)).code).toBe("grant_over");
    await at.world.revokeAll();
    expect(at.world.iam.denies("latchkey-access-training-data", id)).toBe(true);
    expect(at.world.lines.map(({ code }) => code)).toContain("mint.clock_off");
  });
  it("the claim cannot be written: nothing is minted, and it is tried again (I-08, I-46)", async () => {
    const id = await approvedGrant(at.world);
    at.world.fake.before = once(movesTo("ACTIVATING"), () => {
      throw timedOut("DynamoDB");
    });
    await go(0);
    expect([at.world.sts.requests, at.world.status(id)]).toEqual([0, "APPROVED"]);
    await go(3_000);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it.each(["ACTIVATING", "ACTIVE"])(
    "the answer to the move to %s is lost: read back, and on it goes with one session",
    async (status) => {
      const id = await approvedGrant(at.world);
      at.world.fake.after = once(movesTo(status), () => {
        throw timedOut("DynamoDB");
      });
      await at.world.mint(id);
      expect([at.world.status(id), at.world.sts.requests]).toEqual(["ACTIVE", 1]);
      expect((await owner().collect(id)).status).toBe(200);
    },
  );
  it("every task fails for long: denied at the end, and every state is terminal (I-42)", async () => {
    const id = await approvedGrant(at.world, LONG);
    at.world.fake.before = (command) => {
      if (movesTo("ACTIVATING")(command)) throw timedOut("DynamoDB");
    };
    await go(120_000);
    expect(at.world.grant(id)).toMatchObject({ status: "DENIED", closing: { code: "activation_failed" } });
    expect(at.world.sts.requests).toBe(0);
  });
});
