import { describe, expect, it } from "vitest";
import { mint } from "../../../functions/mint-credentials/mint.ts";
import { approvedGrant, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";
import { World } from "../../fakes/world.ts";

const at = useWorld();
const START = "2026-11-21T09:40:00Z";
const untilStart = (ms: number) => Date.parse(START) - at.world.now() + ms;
const owner = () => at.world.agent("finetune-pipeline");

describe("a grant that starts at T", () => {
  it.each([
    ["a second before", -1_000, 0],
    ["a millisecond before", -1, 0],
    ["at T", 0, 1],
    ["a second after", 1_000, 1],
  ])("%s: %i ms, sessions %i", async (_, ms, sessions) => {
    await routineGrant(at.world, { startsAt: START, windowSeconds: 60 });
    await at.world.advance(untilStart(ms));
    expect(at.world.sts.issued).toHaveLength(sessions);
  });
  it("is not minted before T, whoever calls the minter", async () => {
    const id = await approvedGrant(at.world, { startsAt: START });
    at.world.tick(untilStart(-1));
    expect(await at.world.mint(id)).toMatchObject({ next: "waitToMint", until: "2026-11-21T09:40:00.000Z" });
    expect((await owner().collect(id)).code).toBe("not_ready");
    expect(at.world.sts.requests).toBe(0);
  });
  it.each([0, 1_000, 30_000, 59_000])(
    "ends at T plus its window, minted %i ms late (I-04, I-23)",
    async (late) => {
      const id = await approvedGrant(at.world, { startsAt: START, windowSeconds: 60 });
      at.world.tick(untilStart(late));
      await at.world.mint(id);
      expect(at.world.grant(id)).toMatchObject({
        status: "ACTIVE",
        startsAt: START,
        endsAt: "2026-11-21T09:41:00Z",
      });
      expect(at.world.sts.issued[0]?.policy).toContain('{"aws:CurrentTime":"2026-11-21T09:41:00Z"}');
      expect((await owner().collect(id)).body).toMatchObject({ Expiration: "2026-11-21T09:41:00Z" });
    },
  );
  it("whose window is over before it is minted: FAILED, without a session", async () => {
    const id = await approvedGrant(at.world, { startsAt: START, windowSeconds: 60 });
    at.world.tick(untilStart(60_000));
    expect(await at.world.mint(id)).toMatchObject({ next: "over" });
    expect(at.world.grant(id)).toMatchObject({
      status: "FAILED",
      closing: { code: "window_over", detail: expect.stringContaining("window") },
    });
    expect(at.world.sts.requests).toBe(0);
  });
});

describe("a window of a minute", () => {
  it("works for its minute and not a moment longer (I-23)", async () => {
    const id = await routineGrant(at.world, { windowSeconds: 60 });
    await at.world.advance(59_700);
    expect((await owner().collect(id)).status).toBe(200);
    await at.world.advance(50);
    expect([at.world.status(id), at.world.grant(id)]).toMatchObject([
      "ENDED",
      { endsAt: "2026-11-21T09:31:00Z" },
    ]);
    expect(await owner().collect(id)).toMatchObject({ status: 410 });
  });
});

describe("clocks that are five minutes off (F-32, I-43)", () => {
  it.each([300_000, -300_000, 3_000_000, -5_000])(
    "STS's by %i ms: alarmed, denied, and never delivered",
    async (skew) => {
      at.world.sts.skewMs = skew;
      const id = await routineGrant(at.world, { windowSeconds: 600 });
      expect(at.world.grant(id)).toMatchObject({ status: "REVOKING", closing: { code: "clock_off" } });
      expect(at.world.lines.filter(({ code }) => code === "mint.clock_off")).toHaveLength(1);
      expect((await owner().collect(id)).status).toBe(410);
      await at.world.revokeAll();
      expect(at.world.iam.denies("latchkey-access-training-data", id)).toBe(true);
      expect(at.world.grant(id)).toMatchObject({ closing: { detail: expect.stringContaining("clocks") } });
    },
  );
  it.each([1_500, -1_200])("STS's by %i ms is nothing", async (skew) => {
    at.world.sts.skewMs = skew;
    expect(at.world.status(await routineGrant(at.world))).toBe("ACTIVE");
  });
  it.each([300_000, -300_000])("the minter's own by %i ms: it delivers nothing", async (skew) => {
    // A world of its own: by one clock, this one's claim comes after its mint.
    const world = new World();
    const id = await approvedGrant(world, { windowSeconds: 600 });
    const deps = { ...world.deps(), now: () => world.now() + skew };
    await mint(deps, { grantId: id });
    expect(world.status(id)).toBe("REVOKING");
    expect(world.fake.item({ pk: `GRANT#${id}`, sk: "SEALED" })).toBeUndefined();
  });
  it("a claim by a minter that is ahead and dies: the next keeps its end, and starts no sooner than it", async () => {
    const id = await approvedGrant(at.world, { windowSeconds: 600 });
    const ahead = { ...at.world.deps(), now: () => at.world.now() + 300_000 };
    at.world.sts.before = () => {
      throw new Error("dead");
    };
    await mint(ahead, { grantId: id }).catch(() => undefined);
    at.world.sts.before = undefined;
    const { startsAt, endsAt } = at.world.grant(id) as { startsAt: string; endsAt: string };
    at.world.workflow.paused = false;
    await at.world.advance(420_000);
    const [issued] = at.world.sts.issued;
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", startsAt, endsAt });
    expect(issued?.at).toBeGreaterThanOrEqual(Date.parse(startsAt));
    expect(Date.parse(endsAt) - (issued?.at ?? 0)).toBeLessThanOrEqual(600_000);
  });
});
