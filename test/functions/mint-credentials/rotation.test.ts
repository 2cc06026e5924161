import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { timedOut } from "../../fakes/faults.ts";
import { longWindows } from "../../fakes/policy.ts";
import { lockDown, movesTo, once, routineGrant, stopped } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld(longWindows);
const MINUTE = 60_000;
const THREE_HOURS = { windowSeconds: 10_800 };
const owner = () => at.world.agent("finetune-pipeline");
const go = (minutes: number) => at.world.advance(minutes * MINUTE);
const attempts = () => at.world.sts.issued.map(({ sessionName }) => Number(sessionName.split(".")[3]));
const expiration = async (id: string) => (await owner().collect(id)).body as { Expiration: string };

describe("a window that outlasts a session", () => {
  it("gets the next session a quarter of an hour before, and collecting gives the newest", async () => {
    const id = await routineGrant(at.world, THREE_HOURS);
    expect(await expiration(id)).toMatchObject({ Expiration: "2026-11-21T10:30:00Z" });
    await go(44);
    expect(attempts()).toEqual([1]);
    await go(2);
    expect(attempts()).toEqual([1, 2]);
    const reply = await owner().collect(id);
    expect(reply.body).toMatchObject({
      AccessKeyId: at.world.sts.issued[1]?.session.accessKeyId,
      Expiration: "2026-11-21T11:15:00Z",
    });
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", attempt: 2 });
    expect(at.world.history(id)).toEqual([
      "grant.requested",
      "grant.attempt_claimed",
      "grant.activated",
      "credentials.collected",
      "grant.attempt_claimed",
      "grant.rotated",
      "credentials.collected",
    ]);
  });
  it("never moves its end: every session carries it, and the last ends with it (I-02, I-04, I-23)", async () => {
    const id = await routineGrant(at.world, THREE_HOURS);
    await go(179);
    expect(await expiration(id)).toMatchObject({ Expiration: "2026-11-21T12:30:00Z" });
    expect(attempts()).toEqual([1, 2, 3, 4]);
    for (const { policy, durationSeconds, sessionName } of at.world.sts.issued) {
      expect(policy, sessionName).toContain(
        '"DateGreaterThanEquals":{"aws:CurrentTime":"2026-11-21T12:30:00Z"}',
      );
      expect(durationSeconds).toBeLessThanOrEqual(3_600);
    }
    await go(2);
    expect(at.world.grant(id)).toMatchObject({ status: "ENDED", endsAt: "2026-11-21T12:30:00Z" });
    expect(at.world.fake.item(keys.sealed(id))).toBeUndefined();
    expect(await owner().collect(id)).toMatchObject({ status: 410, code: "grant_over" });
  });
  it("lasts 12 hours, with a session at every moment (I-42)", async () => {
    const id = await routineGrant(at.world, { windowSeconds: 43_200 });
    for (let minute = 0; minute < 719; minute += 10) {
      expect((await owner().collect(id)).status, `minute ${minute}`).toBe(200);
      const [newest] = at.world.sts.issued.slice(-1);
      expect(newest?.expiration).toBeGreaterThan(at.world.now());
      await go(10);
    }
    expect(at.world.status(id)).toBe("ENDED");
    expect(attempts()).toEqual(attempts().map((_, index) => index + 1));
    expect(attempts().length).toBe(16);
  });
  it.each([60, 899, 900, 3_600])("of %i s needs one session", async (windowSeconds) => {
    const id = await routineGrant(at.world, { windowSeconds });
    expect(at.world.grant(id)).not.toHaveProperty("rotateAt");
    await at.world.advance(windowSeconds * 1_000);
    expect(at.world.status(id)).toBe("ENDED");
    expect(attempts()).toEqual([1]);
  });
  it("of a little over an hour: the second session is short, and ends with the window", async () => {
    const id = await routineGrant(at.world, { windowSeconds: 3_660 });
    await go(46);
    expect(at.world.sts.issued[1]?.durationSeconds).toBe(960);
    expect(await expiration(id)).toMatchObject({ Expiration: "2026-11-21T10:31:00Z" });
  });
  it("keeps what it has while the next is minted", async () => {
    const id = await routineGrant(at.world, THREE_HOURS);
    at.world.workflow.paused = true;
    at.world.tick(45 * MINUTE);
    let meanwhile: unknown;
    at.world.sts.before = async () => {
      expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", attempt: 1, rotating: { attempt: 2 } });
      meanwhile = (await owner().collect(id)).body;
    };
    await at.world.mint(id);
    expect(meanwhile).toMatchObject({ AccessKeyId: at.world.sts.issued[0]?.session.accessKeyId });
  });
});

describe("renewing", () => {
  const due = async () => {
    const id = await routineGrant(at.world, THREE_HOURS);
    at.world.workflow.paused = true;
    at.world.tick(45 * MINUTE);
    return id;
  };
  it("happens once when two runs meet (I-02)", async () => {
    const id = await due();
    at.world.fake.before = once(
      (command) => JSON.stringify(command.input).includes('"rotating"'),
      () => at.world.mint(id),
    );
    await at.world.mint(id);
    expect(attempts()).toEqual([1, 2]);
  });
  it("does nothing, and writes nothing, before its time and under a young claim (I-02)", async () => {
    const id = await due();
    at.world.tick(-MINUTE);
    const { writes } = at.world.fake.counts;
    expect(await at.world.mint(id)).toMatchObject({
      next: "waitToMint",
      until: "2026-11-21T10:15:00.000Z",
      endsAt: "2026-11-21T12:30:00Z",
    });
    expect(at.world.fake.counts.writes).toBe(writes);
    at.world.tick(MINUTE);
    at.world.sts.before = () => {
      throw timedOut("STS");
    };
    await at.world.mint(id).catch(() => undefined);
    at.world.sts.before = undefined;
    at.world.tick(59_000);
    expect(await at.world.mint(id)).toMatchObject({ next: "waitToMint" });
    expect(attempts()).toEqual([1]);
    at.world.tick(1_000);
    await at.world.mint(id);
    expect(attempts()).toEqual([1, 3]);
  });
  it("checks policy again: what is forbidden by now is stopped, and denied (I-18)", async () => {
    const id = await routineGrant(at.world, THREE_HOURS);
    at.world.deploy((bundle) => {
      longWindows(bundle);
      bundle.rules = bundle.rules.filter((rule) => rule.id !== "read-internal-for-longer");
    });
    await go(46);
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKING", closing: { code: "policy_changed" } });
    await at.world.revokeAll();
    expect(at.world.iam.denies("latchkey-access-training-data", id)).toBe(true);
    expect(attempts()).toEqual([1]);
  });
  it("a stop while it is under way: not delivered, and denied by the one pattern (I-02, I-17)", async () => {
    const id = await due();
    at.world.sts.after = () => stopped(at.world, id);
    expect(await at.world.mint(id)).toMatchObject({ next: "waitToEnd" });
    expect(at.world.status(id)).toBe("REVOKING");
    expect(at.world.events("attempt.lost")).toMatchObject([
      { facts: { attempt: 2, code: "not_delivered", sessionName: `lk.finetune.${id}.2` } },
    ]);
    expect(await owner().collect(id)).toMatchObject({ status: 410 });
  });
  it("finds a lockdown that was set after its claim (I-71)", async () => {
    const id = await due();
    at.world.fake.after = once(
      (command) => JSON.stringify(command.input).includes('"rotating"'),
      () => lockDown(at.world, { type: "agent", id: "finetune-pipeline" }),
    );
    await at.world.mint(id);
    expect(at.world.status(id)).toBe("REVOKING");
    expect(attempts()).toEqual([1]);
  });
});

describe("renewing that fails", () => {
  it("AWS refuses: the old session works on, the next tries follow further and further apart", async () => {
    const id = await routineGrant(at.world, THREE_HOURS);
    await go(44);
    at.world.sts.refuse = "AccessDenied";
    await go(14);
    expect(at.world.status(id)).toBe("ACTIVE");
    expect((await owner().collect(id)).status).toBe(200);
    const failed = at.world.events("grant.rotation_failed");
    expect(failed.map(({ facts }) => facts.attempt)).toEqual([2, 3, 4, 5]);
    expect(failed[0].facts).toMatchObject({
      code: "AccessDenied",
      reason: expect.stringContaining("trust"),
    });
    at.world.sts.refuse = undefined;
    await go(10);
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", attempt: 6 });
    expect((await owner().collect(id)).status).toBe(200);
  });
  it("until the old session is over: not_ready, and again when AWS gives one; ended on the second (I-23)", async () => {
    const id = await routineGrant(at.world, THREE_HOURS);
    at.world.sts.refuse = "AccessDenied";
    await go(59);
    expect((await owner().collect(id)).status).toBe(200);
    await go(1);
    expect(await owner().collect(id)).toMatchObject({ status: 409, code: "not_ready" });
    await go(60);
    expect(at.world.status(id)).toBe("ACTIVE");
    at.world.sts.refuse = undefined;
    await go(10);
    expect((await owner().collect(id)).status).toBe(200);
    await go(50);
    expect(at.world.grant(id)).toMatchObject({ status: "ENDED", closing: { code: "window_over" } });
  });
  it("for ever: ENDED at its end, in a bounded number of tries (I-42)", async () => {
    const id = await routineGrant(at.world, { windowSeconds: 43_200 });
    at.world.sts.refuse = "AccessDenied";
    await go(721);
    expect(at.world.status(id)).toBe("ENDED");
    expect(at.world.events("grant.rotation_failed").length).toBeLessThan(80);
  });
  it("KMS is down at the seal: the session is lost, on record, and the next attempt delivers (I-08)", async () => {
    const id = await routineGrant(at.world, THREE_HOURS);
    at.world.seal.fault = timedOut("KMS");
    await go(45.2);
    at.world.seal.fault = undefined;
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", attempt: 1 });
    await go(2);
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", attempt: 3 });
    expect(at.world.events("attempt.lost").map(({ facts }) => [facts.attempt, facts.code])).toEqual([
      [2, "vanished"],
    ]);
  });
  it("STS's clock is off: nothing delivered, alarmed, and the old session works on (I-43)", async () => {
    const id = await routineGrant(at.world, THREE_HOURS);
    at.world.sts.skewMs = -300_000;
    await go(45.2);
    expect(at.world.lines.map(({ code }) => code)).toContain("mint.clock_off");
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", attempt: 1 });
    expect(at.world.events("grant.rotation_failed")[0].facts).toMatchObject({ code: "clock_off" });
    at.world.sts.skewMs = 0;
    await go(2);
    expect(at.world.grant(id)).toMatchObject({ attempt: 3 });
  });
  it("the answers to both writes are lost: read back, and on it goes with one session", async () => {
    const id = await routineGrant(at.world, THREE_HOURS);
    at.world.workflow.paused = true;
    at.world.tick(45 * MINUTE);
    let lost = 0;
    at.world.fake.after = (command) => {
      if (!movesTo("ACTIVE")(command)) return;
      lost += 1;
      throw timedOut("DynamoDB");
    };
    await at.world.mint(id);
    expect(at.world.grant(id)).toMatchObject({ attempt: 2 });
    expect([lost, attempts()]).toEqual([2, [1, 2]]);
  });
  it("every mint fails for an hour: the machine goes on trying, and does not end what works (I-40)", async () => {
    const id = await routineGrant(at.world, THREE_HOURS);
    const upAgain = at.world.now() + 100 * MINUTE;
    at.world.fake.before = (command) => {
      if (at.world.now() < upAgain && JSON.stringify(command.input).includes('"rotating"'))
        throw timedOut("DynamoDB");
    };
    await go(99);
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", attempt: 1 });
    await go(5);
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", attempt: 2 });
    expect((await owner().collect(id)).status).toBe(200);
  });
});
