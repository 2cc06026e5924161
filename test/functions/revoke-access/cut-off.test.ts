import { describe, expect, it } from "vitest";
import { type CutOff, readCutOff } from "../../../functions/aws/table/cut-offs.ts";
import { keys } from "../../../functions/aws/table/keys.ts";
import { readDenyEntries, readLive } from "../../../functions/aws/table/roles.ts";
import { LIMITS_MS } from "../../../functions/core/grant/moves.ts";
import { epochMs, isoMillis, isoSeconds } from "../../../functions/core/time.ts";
import { finishCutOff, makeCutOff } from "../../../functions/revoke-access/cut-off.ts";
import { once, orphanedAttempt, routineGrant, stopped } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const ROLE = "latchkey-access-training-data";
const table = () => at.world.fake.table;
const live = (windowSeconds: number) => routineGrant(at.world, { windowSeconds });
const entries = () => readDenyEntries(table(), ROLE);
const make = async (was?: CutOff) => {
  await makeCutOff(at.world.deps(), ROLE, { entries: await entries(), was });
  return (await readCutOff(table(), ROLE)) as CutOff;
};
/** What a run does once the list that cuts off is in IAM. */
const finish = async (cutOff: CutOff) =>
  finishCutOff(at.world.deps(), ROLE, { cutOff, entries: await entries() });
const codeOf = (id: string) => {
  const grant = at.world.grant(id);
  return "closing" in grant ? grant.closing.code : undefined;
};

describe("cutting a role off (I-26)", () => {
  it("is of all that was issued until now, by clocks that differ by two seconds, until the last of it is over", async () => {
    const short = await live(600);
    const long = await live(3_600);
    await stopped(at.world, short);
    const cutOff = await make();
    expect(cutOff).toEqual({
      at: isoSeconds(at.world.now() + 3_000),
      until: (at.world.grant(long) as { endsAt: string }).endsAt,
      done: false,
    });
  });
  it("stands until the last of the denied is over, when those have longer", async () => {
    const long = await live(3_600);
    await live(600);
    await stopped(at.world, long);
    expect((await make()).until).toBe((at.world.grant(long) as { endsAt: string }).endsAt);
  });
  it("is an event and a line, with how many it ends and why (I-47)", async () => {
    await stopped(at.world, await live(600));
    await live(600);
    await live(600);
    await make();
    expect(at.world.events("role.cut_off")).toMatchObject([
      {
        actor: { type: "broker", id: "revoke-access" },
        facts: { role: ROLE, code: "role_cut_off", count: 2, reason: "1 denied grants did not fit" },
      },
    ]);
    expect(at.world.lines.filter(({ code }) => code === "role.cut_off")).toMatchObject([
      { fields: { role: ROLE, entries: 1, live: 2 } },
    ]);
  });
  it("again is later than the one before, also within its second, and no shorter", async () => {
    await live(600);
    const one = await make();
    const two = await make({ ...one, until: "2026-11-22T00:00:00Z" });
    expect(epochMs(two.at) - epochMs(one.at)).toBe(1_000);
    expect(two.until).toBe("2026-11-22T00:00:00Z");
    at.world.tick(60_000);
    expect((await make(two)).at).toBe(isoSeconds(at.world.now() + 3_000));
  });
  it("is given up when somebody else has cut it off meanwhile: one of two is made", async () => {
    await live(600);
    await make();
    await expect(make()).rejects.toThrow(ROLE);
    expect(at.world.events("role.cut_off")).toHaveLength(1);
  });
});

describe("what follows from a cut-off", () => {
  it("waits for its moment: whoever claims until then gets a session that is denied", async () => {
    await live(600);
    const cutOff = await make();
    await finish(cutOff);
    expect(at.world.now()).toBe(epochMs(cutOff.at));
    await finish(cutOff);
    expect(at.world.now(), "no longer once it is past").toBe(epochMs(cutOff.at));
  });
  it("ends each live grant that it reaches, with the reason, and is done", async () => {
    const ids = [await live(600), await live(600)];
    await finish(await make());
    for (const id of ids) expect([at.world.status(id), codeOf(id)]).toEqual(["REVOKING", "role_cut_off"]);
    expect(await readLive(table(), ROLE)).toEqual([]);
    expect((await readCutOff(table(), ROLE))?.done).toBe(true);
  });
  it("marks what was denied before as reached, and of those it ends whose claim is old enough (I-29)", async () => {
    const denied = await live(600);
    await stopped(at.world, denied);
    const old = await live(600);
    at.world.tick(LIMITS_MS.claimLease);
    const young = await live(600);
    const cutOff = await make();
    await finish(cutOff);
    const reached = Object.fromEntries((await entries()).map((each) => [each.grantId, each.reachedBy]));
    expect(reached).toEqual({ [denied]: cutOff.at, [old]: cutOff.at, [young]: undefined });
  });
  it("is reached by a claim exactly a lease before it, and not by one a millisecond younger", async () => {
    const id = await live(600);
    const cutOff = await make();
    const claimed = (ms: number) => {
      const grant = at.world.fake.item(keys.grant(id)) ?? {};
      at.world.fake.plant({ ...grant, claimedAt: isoMillis(epochMs(cutOff.at) - LIMITS_MS.claimLease + ms) });
    };
    claimed(1);
    await finish(cutOff);
    expect((await entries())[0]?.reachedBy).toBeUndefined();
    const other = await live(600);
    const item = at.world.fake.item(keys.grant(other)) ?? {};
    const claimedAt = isoMillis(epochMs(cutOff.at) - LIMITS_MS.claimLease);
    at.world.fake.plant({ ...item, claimedAt });
    await finish(cutOff);
    expect((await entries()).find(({ grantId }) => grantId === other)?.reachedBy).toBe(cutOff.at);
  });
  it("leaves alone what was claimed at its moment or later: those sessions work (I-26)", async () => {
    const id = await live(600);
    const cutOff = await make();
    const grant = at.world.fake.item(keys.grant(id)) ?? {};
    at.world.fake.plant({ ...grant, claimedAt: isoMillis(epochMs(cutOff.at)) });
    await finish(cutOff);
    expect(at.world.status(id)).toBe("ACTIVE");
    at.world.fake.plant({ ...grant, claimedAt: isoMillis(epochMs(cutOff.at) - 1) });
    await finish(cutOff);
    expect(codeOf(id)).toBe("role_cut_off");
  });
  it("goes by the claim of a rotation, where one is claimed: its session may be younger", async () => {
    const id = await live(600);
    const cutOff = await make();
    const grant = at.world.fake.item(keys.grant(id)) ?? {};
    const rotating = { attempt: 2, claimedAt: isoMillis(epochMs(cutOff.at)) };
    at.world.fake.plant({ ...grant, rotating, lastAttempt: 2 });
    await finish(cutOff);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("ends a claim too whose run may have minted", async () => {
    const id = await orphanedAttempt(at.world, { windowSeconds: 600 });
    await finish(await make());
    expect([at.world.status(id), codeOf(id)]).toEqual(["REVOKING", "role_cut_off"]);
  });
  it("takes what somebody stopped meanwhile as it is", async () => {
    const id = await live(600);
    const cutOff = await make();
    at.world.fake.before = once(
      ({ input }) => JSON.stringify(input).includes("role_cut_off"),
      () => stopped(at.world, id, "revoked"),
    );
    await finish(cutOff);
    expect(codeOf(id)).toBe("revoked");
    expect((await readCutOff(table(), ROLE))?.done).toBe(true);
  });
  it("is not done while a grant changes under it each time: the next run goes on", async () => {
    const id = await live(600);
    const cutOff = await make();
    const grant = at.world.fake.item(keys.grant(id)) ?? {};
    let version = Number(grant.version);
    at.world.fake.before = ({ input }) => {
      if (!JSON.stringify(input).includes("role_cut_off")) return;
      version += 1;
      at.world.fake.plant({ ...grant, version });
    };
    await expect(finish(cutOff)).rejects.toThrow(id);
    at.world.fake.plant(grant);
    expect((await readCutOff(table(), ROLE))?.done).toBe(false);
    at.world.fake.before = undefined;
    await finish(cutOff);
    expect(codeOf(id)).toBe("role_cut_off");
  });
});
