import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { timedOut } from "../../fakes/faults.ts";
import { approvedGrant, movesTo, once, orphanedAttempt } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const LONG = { windowSeconds: 600 };
const ROLE = "latchkey-access-training-data";
const lost = () => at.world.events("attempt.lost").map(({ facts }) => [facts.attempt, facts.code]);

describe("what STS refuses", () => {
  it.each([
    ["AccessDenied", "its trust was changed, or its account refuses"],
    ["MalformedPolicyDocument", "does not accept the session policy"],
    ["PackedPolicyTooLarge", "name fewer or shorter parts"],
    ["RegionDisabled", "switched off for this Region"],
    ["ValidationError", "does not accept the request"],
  ])("%s ends in FAILED, and says why in plain words", async (code, words) => {
    const id = await approvedGrant(at.world, LONG);
    at.world.sts.refuse = code;
    expect(await at.world.mint(id)).toMatchObject({ next: "over" });
    expect(at.world.grant(id)).toMatchObject({
      status: "FAILED",
      closing: { code, detail: expect.stringContaining(words), by: "mint-credentials" },
    });
    expect(at.world.events("grant.failed")).toMatchObject([
      { facts: { code, reason: expect.stringContaining(words) } },
    ]);
    const reply = await at.world.agent("finetune-pipeline").collect(id);
    expect(reply.body).toMatchObject({ error: { code: "grant_over", details: { reason: code } } });
    expect(at.world.fake.item(keys.live(ROLE, id))).toBeUndefined();
    expect(at.world.sts.requests).toBe(1);
    expect(at.world.lines.filter((line) => line.code === "mint.failed")).toMatchObject([
      { fields: { grantId: id, attempt: 1, code } },
    ]);
  });
  it("after an attempt that may have minted: stopped with that reason, and denied", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    at.world.sts.refuse = "AccessDenied";
    at.world.workflow.paused = false;
    await at.world.advance(61_000);
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKING", closing: { code: "AccessDenied" } });
    expect(at.world.queue.messages.map(({ role }) => role)).toEqual([ROLE]);
  });
  it("and the denial's message is lost: the end of access sends it, and sweep if that fails too", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    at.world.sts.refuse = "AccessDenied";
    at.world.workflow.paused = false;
    at.world.queue.fault = timedOut("SQS");
    await at.world.advance(62_000);
    expect(at.world.status(id)).toBe("REVOKING");
    at.world.queue.fault = undefined;
    await at.world.advance(10_000);
    expect(at.world.queue.messages).toHaveLength(1);
  });
});

describe("an attempt that vanished (I-46)", () => {
  it("is on record with the claim of the next, under its own session's name", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    expect(lost()).toEqual([]);
    at.world.workflow.paused = false;
    await at.world.advance(61_000);
    expect(lost()).toEqual([[1, "vanished"]]);
    expect(at.world.events("attempt.lost")[0]).toMatchObject({
      grant: id,
      actor: { type: "broker", id: "mint-credentials" },
      facts: { sessionName: `lk.finetune.${id}.1`, endsAt: "2026-11-21T09:40:00Z" },
    });
    const timeline = (await at.world.agent("finetune-pipeline").get(id)).body as {
      timeline: { type: string }[];
    };
    expect(timeline.timeline.map(({ type }) => type)).toContain("attempt.lost");
  });
  it("is on record with the closing, when the window is over before another", async () => {
    const id = await orphanedAttempt(at.world, { windowSeconds: 60 });
    at.world.workflow.paused = false;
    await at.world.advance(61_000);
    expect(at.world.status(id)).toBe("FAILED");
    expect(lost()).toEqual([[1, "vanished"]]);
  });
  it("is on record with the stop, when minting is given up", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    await at.world.end(id);
    expect(at.world.status(id)).toBe("REVOKING");
    expect(lost()).toEqual([[1, "vanished"]]);
  });
  it("each once, however many there are", async () => {
    const id = await approvedGrant(at.world, LONG);
    at.world.seal.fault = timedOut("KMS");
    at.world.workflow.paused = false;
    await at.world.advance(190_000);
    at.world.seal.fault = undefined;
    await at.world.advance(70_000);
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", attempt: 5 });
    expect(lost()).toEqual([1, 2, 3, 4].map((attempt) => [attempt, "vanished"]));
  });
  it("nothing is lost where all went well, and where AWS said no", async () => {
    const id = await approvedGrant(at.world, LONG);
    await at.world.mint(id);
    const other = await approvedGrant(at.world, LONG);
    at.world.sts.refuse = "AccessDenied";
    await at.world.mint(other);
    expect(lost()).toEqual([]);
  });
});

describe("a minter that dies", () => {
  it.each(["ACTIVATING", "ACTIVE"])(
    "right after the write of %s: one session is delivered in the end",
    async (status) => {
      const id = await approvedGrant(at.world, LONG);
      let dead = false;
      at.world.fake.after = once(movesTo(status), () => {
        dead = true;
        throw new Error("dead");
      });
      at.world.fake.before = () => {
        if (dead) throw new Error("dead");
      };
      await at.world.mint(id).catch(() => undefined);
      at.world.fake.before = undefined;
      at.world.workflow.paused = false;
      await at.world.advance(62_000);
      expect(at.world.status(id)).toBe("ACTIVE");
      expect((await at.world.agent("finetune-pipeline").collect(id)).status).toBe(200);
      expect(at.world.sts.issued).toHaveLength(1);
    },
  );
});
