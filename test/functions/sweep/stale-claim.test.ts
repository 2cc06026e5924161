import { describe, expect, it } from "vitest";
import { timedOut } from "../../fakes/faults.ts";
import { longWindows } from "../../fakes/policy.ts";
import { approvedGrant, orphanedAttempt, pendingGrant, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld(longWindows);
const LONG = { windowSeconds: 1_800 };
const repaired = () => at.world.lines.filter(({ code }) => code === "sweep.repaired");
const names = () => [...at.world.workflow.executions.keys()];

/** The workflow of a grant is gone: aborted by somebody, or failed in a way that nobody thought of. */
function kill(id: string): void {
  const execution = at.world.workflow.executions.get(id);
  if (execution) execution.at = "done";
  at.world.workflow.paused = false;
}
async function sweepAfter(ms: number): Promise<void> {
  await at.world.advance(ms);
  await at.world.sweep();
  await at.world.workflow.settle();
}

describe("a claim whose workflow is dead", () => {
  it("is taken up by another workflow soon after its lease, long before the window's end (I-42)", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    kill(id);
    await sweepAfter(61_000);
    expect(at.world.status(id)).toBe("ACTIVATING");
    await sweepAfter(15_000);
    expect(at.world.grant(id)).toMatchObject({
      status: "ACTIVE",
      attempt: 2,
      endsAt: "2026-11-21T10:00:00Z",
    });
    expect(repaired()).toMatchObject([{ fields: { grantId: id, was: "nobody minted" } }]);
    expect(names()).toEqual([id, `${id}-3`]);
    await at.world.advance(1_800_000);
    expect(at.world.status(id)).toBe("ENDED");
  });
  it("records the attempt that vanished, with the claim of the next (I-46)", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    kill(id);
    await sweepAfter(76_000);
    expect(at.world.events("attempt.lost").map(({ facts }) => [facts.attempt, facts.code])).toEqual([
      [1, "vanished"],
    ]);
  });
  it("gets one workflow, whatever two sweeps of a minute do (I-39)", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    kill(id);
    at.world.workflow.paused = true;
    at.world.tick(76_000);
    at.world.workflow.afterStart = () => {
      throw timedOut("Step Functions");
    };
    await at.world.sweep();
    at.world.workflow.afterStart = undefined;
    at.world.fake.plant({
      ...at.world.fake.item({ pk: `GRANT#${id}`, sk: "GRANT" }),
      dueSk: `2026-11-21T09:31:15.250Z#${id}`,
    });
    await at.world.sweep();
    expect(names()).toEqual([id, `${id}-3`]);
  });
  it("whose second workflow dies too gets a third (I-42)", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    kill(id);
    at.world.workflow.afterStart = () => kill(names().at(-1) ?? "");
    await sweepAfter(76_000);
    expect(at.world.status(id)).toBe("ACTIVATING");
    at.world.workflow.afterStart = undefined;
    await sweepAfter(301_000);
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", attempt: 2 });
    expect(names()).toHaveLength(3);
  });
  it("that lives after all: two workflows, one session an attempt (I-02)", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    at.world.tick(76_000);
    await at.world.sweep();
    at.world.workflow.paused = false;
    await at.world.workflow.settle();
    expect(names()).toHaveLength(2);
    expect(at.world.sts.issued.map(({ sessionName }) => sessionName)).toEqual([
      `lk.finetune.${id}.1`,
      `lk.finetune.${id}.2`,
    ]);
    await at.world.advance(1_800_000);
    expect(at.world.status(id)).toBe("ENDED");
  });
  it("over the window's end is FAILED, with the attempt on record", async () => {
    const id = await orphanedAttempt(at.world, { windowSeconds: 60 });
    kill(id);
    await sweepAfter(76_000);
    expect(at.world.grant(id)).toMatchObject({ status: "FAILED", closing: { code: "window_over" } });
    expect(at.world.events("attempt.lost")).toHaveLength(1);
  });
});

describe("an approval whose workflow is dead (I-39)", () => {
  it("is minted by another workflow a minute later, long before it lapses", async () => {
    const id = await approvedGrant(at.world, LONG);
    kill(id);
    await sweepAfter(61_000);
    expect(at.world.status(id)).toBe("ACTIVE");
    expect(repaired()).toHaveLength(1);
  });
  it("also at a later start, and not before it", async () => {
    const id = await approvedGrant(at.world, { ...LONG, startsAt: "2026-11-21T10:30:00Z" });
    kill(id);
    await sweepAfter(61_000);
    await sweepAfter(3_500_000);
    expect([at.world.status(id), repaired()]).toEqual(["APPROVED", []]);
    await sweepAfter(100_000);
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", startsAt: "2026-11-21T10:30:00Z" });
  });
  it("that people gave: its token is dead, so another workflow mints", async () => {
    const id = await pendingGrant(at.world);
    kill(id);
    const execution = at.world.workflow.executions.get(id);
    if (execution) delete execution.token;
    await at.world.decide("priya", "approve");
    expect(at.world.status(id)).toBe("APPROVED");
    await sweepAfter(61_000);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
});

describe("a session that nobody renews", () => {
  it("because the workflow is dead: another is started before the session is over (I-42)", async () => {
    const id = await routineGrant(at.world, { windowSeconds: 7_200 });
    kill(id);
    await sweepAfter(45 * 60_000 + 10_000);
    expect(at.world.grant(id)).toMatchObject({ attempt: 1 });
    await sweepAfter(5_000);
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", attempt: 2 });
    await at.world.advance(7_200_000);
    expect(at.world.status(id)).toBe("ENDED");
  });
  it("is not looked at where none is due", async () => {
    const id = await routineGrant(at.world, LONG);
    kill(id);
    await sweepAfter(1_700_000);
    expect(repaired()).toEqual([]);
    await sweepAfter(116_000);
    expect(at.world.status(id)).toBe("ENDED");
  });
});

it("a mint that goes as it should costs sweep nothing", async () => {
  const id = await approvedGrant(at.world, LONG);
  at.world.workflow.paused = false;
  await sweepAfter(0);
  await sweepAfter(90_000);
  expect(at.world.status(id)).toBe("ACTIVE");
  expect(repaired()).toEqual([]);
});
