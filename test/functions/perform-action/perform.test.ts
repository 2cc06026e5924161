import { describe, expect, it } from "vitest";
import { orderStop } from "../../../functions/aws/stop-order.ts";
import { readBesideAction } from "../../../functions/aws/table/actions.ts";
import { keys } from "../../../functions/aws/table/keys.ts";
import { startTuning } from "../../../functions/core/actions/performers/start-tuning.ts";
import { perform } from "../../../functions/perform-action/perform.ts";
import { stopTaken } from "../../../functions/perform-action/stop.ts";
import { ACCOUNT } from "../../fakes/api.ts";
import { type Scene, scene, tuning, typeOf } from "./scene.ts";

const run = (on: Scene) => perform(on.deps, { grantId: on.id });
const outcome = async (on: Scene) => (await readBesideAction(on.deps.table, on.id)).outcome;
const types = (on: Scene) =>
  on
    .events()
    .map(({ type }) => type)
    .filter((type) => /permit|action/.test(type));
const LOST = () => {
  throw new Error("socket hang up");
};

describe("performing an approved action", () => {
  it("makes exactly the approved call, once, and says what came of it", async () => {
    const on = await scene("start-tuning", tuning);
    expect(await run(on)).toMatchObject({ next: "waitToEnd", grantId: on.id });
    expect(on.effect.calls).toEqual([startTuning.call(tuning as never, on.id)]);
    expect(await outcome(on)).toMatchObject({ result: "done", by: "perform-start-tuning" });
    expect(types(on)).toEqual(["permit.redeemed", "action.outcome_reported"]);
    await run(on);
    expect(on.effect.calls).toHaveLength(1);
  });

  it("claims before the call: 8 runs at once make one job", async () => {
    const on = await scene("start-tuning", tuning);
    await Promise.all(Array.from({ length: 8 }, () => run(on)));
    expect(new Set(on.effect.calls.map((call) => JSON.stringify(call))).size).toBe(1);
    expect(on.effect.made.size).toBe(1);
    expect(types(on).filter((type) => type === "permit.redeemed")).toHaveLength(1);
  });

  it("a run that dies after the claim and before the call is followed by one that makes it", async () => {
    const on = await scene("start-tuning", tuning);
    on.effect.before = LOST;
    await expect(run(on)).rejects.toThrow("socket hang up");
    expect(on.effect.calls).toHaveLength(0);
    on.effect.before = undefined;
    await run(on);
    expect(on.effect.calls).toHaveLength(1);
    expect(await outcome(on)).toMatchObject({ result: "done" });
  });

  it("a run that dies after the call, or loses its answer, is followed by one that finds the job and makes no second", async () => {
    const on = await scene("start-tuning", tuning);
    on.effect.after = LOST;
    await expect(run(on)).rejects.toThrow("socket hang up");
    await run(on);
    expect(on.effect.calls).toHaveLength(1);
    expect(await outcome(on)).toMatchObject({ result: "done" });
  });

  it("says unknown where a lost answer leaves it open, and never tries again by guessing", async () => {
    const on = await scene("start-tuning", tuning);
    on.effect.before = LOST;
    on.effect.unclear = true;
    await expect(run(on)).rejects.toThrow();
    await run(on);
    await run(on);
    expect(on.effect.calls).toHaveLength(0);
    expect(await outcome(on)).toMatchObject({ result: "unknown" });
  });

  it("a refusal of AWS is a failure on record, and is not tried again", async () => {
    const on = await scene("start-tuning", tuning);
    on.effect.answer = { result: "failed", detail: "AccessDeniedException" };
    expect(await run(on)).toMatchObject({ next: "waitToEnd" });
    await run(on);
    expect(on.effect.calls).toHaveLength(1);
    expect(await outcome(on)).toMatchObject({ result: "failed", detail: "AccessDeniedException" });
  });
});

describe("what is not performed", () => {
  it("a grant that was stopped, ended, or is not there: no claim, no call (I-17)", async () => {
    for (const before of ["take", "end"] as const) {
      const on = await scene("start-tuning", tuning);
      await on[before]();
      expect(await run(on)).toMatchObject({ next: "over" });
      expect(on.effect.calls).toEqual([]);
      expect(types(on)).toEqual([]);
    }
    const on = await scene("start-tuning", tuning);
    expect(await perform(on.deps, { grantId: "aaaaaaaaaaaaaaaa" })).toMatchObject({ next: "over" });
  });

  it("one whose window is over, though nobody has ended it yet", async () => {
    const on = await scene("start-tuning", tuning);
    on.pass(3_600_000);
    await run(on);
    expect(on.effect.calls).toEqual([]);
  });

  it("one that is stopped between the reading and the claim: the transaction decides", async () => {
    const on = await scene("start-tuning", tuning);
    const { checkPermit } = on.deps;
    const deps = {
      ...on.deps,
      checkPermit: async (...given: Parameters<typeof checkPermit>) => {
        await on.take();
        return checkPermit(...given);
      },
    };
    expect(await perform(deps, { grantId: on.id })).toMatchObject({ next: "over" });
    expect(on.effect.calls).toEqual([]);
  });

  it("parameters whose digest is not the approved one, whoever wrote them into the grant (I-19)", async () => {
    const on = await scene("start-tuning", tuning);
    const item = on.fake.item(keys.grant(on.id));
    const bent = { ...tuning, output: `s3://latchkey-example-training-${ACCOUNT}/elsewhere/` };
    on.fake.plant({ ...item, scope: { parameters: JSON.stringify(bent) } } as never);
    await expect(run(on)).rejects.toThrow("other parameters than were approved");
    expect(on.effect.calls).toEqual([]);
  });

  it("a grant of another action type, though it names the same performer", async () => {
    const on = await scene("start-tuning", tuning);
    const deps = { ...on.deps, type: { ...typeOf("start-tuning"), id: "start-other" } };
    await expect(perform(deps, { grantId: on.id })).rejects.toThrow("not of action type start-other");
    expect(on.effect.calls).toEqual([]);
  });

  it("an action without a good permit", async () => {
    const on = await scene("start-tuning", tuning);
    on.fake.drop(keys.permit(on.id));
    await expect(run(on)).rejects.toThrow("its permit is not there");
    expect(on.effect.calls).toEqual([]);
    expect(types(on)).toEqual([]);
  });

  it("one whose claim somebody wrote without a permit that is good", async () => {
    const on = await scene("start-tuning", tuning);
    const by = "perform-start-tuning";
    const claim = { ...keys.redeemed(on.id), entity: "redeemed", by, uniqueId: by };
    on.fake.plant({ ...claim, at: "2026-11-21T09:30:00.250Z", jti: "another" });
    await expect(run(on)).rejects.toThrow("another permit");
    on.fake.drop(keys.permit(on.id));
    await expect(run(on)).rejects.toThrow("its permit is not there");
    expect(on.effect.calls).toEqual([]);
  });

  it("what the type's limits do not allow any more: the claim is used, nothing is called, and that is said", async () => {
    const on = await scene("start-tuning", tuning);
    const limits = { ...typeOf("start-tuning").limits, roles: [`arn:aws:iam::${ACCOUNT}:role/other`] };
    const deps = { ...on.deps, type: { ...on.deps.type, limits } };
    await perform(deps, { grantId: on.id });
    expect(on.effect.calls).toEqual([]);
    expect(await outcome(on)).toMatchObject({ result: "failed", detail: expect.stringContaining("role") });
  });
});

describe("stopping what was started", () => {
  it("a revoked grant's job is stopped, once, and that is on record", async () => {
    const on = await scene("start-tuning", tuning);
    await run(on);
    await on.take();
    await stopTaken(on.deps, on.id);
    await stopTaken(on.deps, on.id);
    expect(on.effect.stops).toHaveLength(1);
    expect(on.events().filter(({ type }) => type === "action.stopped")).toEqual([
      expect.objectContaining({ facts: expect.objectContaining({ code: "stopped" }) }),
    ]);
  });

  it("a grant that is revoked while the call is under way: the caller itself stops the job afterwards", async () => {
    const on = await scene("start-tuning", tuning);
    on.effect.after = async () => {
      await on.take();
    };
    await run(on);
    expect(on.effect.stops).toHaveLength(1);
    expect(types(on)).toContain("action.stopped");
  });

  it("revoked before the call was made, by a run that then died: nothing is started, and the outcome says so", async () => {
    const on = await scene("start-tuning", tuning);
    on.effect.before = async () => {
      await on.take();
      LOST();
    };
    await expect(run(on)).rejects.toThrow("socket hang up");
    // Whoever hears of the stop cannot know yet: it is called again.
    await expect(stopTaken(on.deps, on.id)).rejects.toThrow("no job is there");
    on.effect.before = undefined;
    await run(on);
    expect(on.effect.calls).toEqual([]);
    expect(await outcome(on)).toMatchObject({ result: "failed" });
    await stopTaken(on.deps, on.id);
    expect(on.effect.stops).toEqual([]);
  });

  it("a release by the agent lets the job go on", async () => {
    const on = await scene("start-tuning", tuning);
    await run(on);
    await on.take("released");
    await stopTaken(on.deps, on.id);
    expect(on.effect.stops).toEqual([]);
  });

  it("a job that outlasts the permit is stopped by an order, and only by one", async () => {
    const on = await scene("start-tuning", tuning);
    await run(on);
    await on.end();
    await stopTaken(on.deps, on.id);
    expect(on.effect.stops).toEqual([]);
    const by = { type: "person" as const, id: "samira" };
    await orderStop(on.deps, await on.current(), { by, code: "revoked", reason: "wrong data" });
    await stopTaken(on.deps, on.id);
    expect(on.effect.stops).toHaveLength(1);
    expect((await on.current()).status).toBe("ENDED");
  });

  it("a job that ended by itself is said to be over", async () => {
    const on = await scene("start-tuning", tuning);
    await run(on);
    on.effect.runs = false;
    await on.take();
    await stopTaken(on.deps, on.id);
    expect(on.events().find(({ type }) => type === "action.stopped")?.facts.code).toBe("over");
  });
});
