import { describe, expect, it } from "vitest";
import { checkWorld } from "../../fakes/check-world.ts";
import { interrupted, type Scene, scenes } from "./scenes.ts";

const owner = ({ world }: Scene) => world.agent("finetune-pipeline");

/** A mint whose process dies right before or right after its `nth` call to AWS. Says whether it came so far. */
async function dies(scene: Scene, nth: number, side: "before" | "after"): Promise<boolean> {
  const { world, id } = scene;
  let calls = 0;
  let dead = false;
  const before = () => {
    calls += 1;
    dead ||= calls === nth && side === "before";
    if (dead) throw new Error("dead");
  };
  const after = () => {
    dead ||= calls === nth;
    if (dead) throw new Error("dead");
  };
  for (const service of [world.fake, world.sts]) Object.assign(service, { before, after });
  Object.assign(world.seal, { before });
  await world.mint(id).catch(() => undefined);
  for (const service of [world.fake, world.sts, world.seal])
    Object.assign(service, { before: undefined, after: undefined });
  return dead;
}

describe.each(Object.keys(scenes))("%s", (name) => {
  const scene = scenes[name] as () => Promise<Scene>;

  it("that dies at any call: the next run delivers, under the same end (F-05, I-02, I-42, I-46)", async () => {
    let came = true;
    for (let nth = 1; came; nth += 1) {
      for (const side of ["before", "after"] as const) {
        const made = await scene();
        const { world, id } = made;
        came = await dies(made, nth, side);
        const where = `${side} call ${nth}`;
        const before = world.grant(id);
        world.workflow.paused = false;
        await world.advance(125_000);
        const after = world.grant(id);
        expect(after.status, where).toBe("ACTIVE");
        if ("endsAt" in before) expect(after, where).toMatchObject({ endsAt: before.endsAt });
        expect((await owner(made).collect(id)).text, where).toContain(
          world.sts.issued.at(-1)?.session.accessKeyId,
        );
        // Each claimed attempt came to something: a session that is delivered, or a record that it is lost.
        const claimed = world.events("grant.attempt_claimed").map(({ facts }) => facts.attempt);
        const known = ["grant.activated", "grant.rotated", "attempt.lost"].flatMap((type) =>
          world.events(type).map(({ facts }) => facts.attempt),
        );
        expect(known.sort(), where).toEqual(claimed.sort());
        checkWorld(world);
      }
      expect(nth).toBeLessThan(20);
    }
  });

  it("and another run at any call of it: one session for each attempt, one attempt (F-16, I-02)", async () => {
    const { calls } = await interrupted(await scene(), { nth: 0, side: "before" }, async () => undefined);
    for (let nth = 1; nth <= calls; nth += 1) {
      for (const side of ["before", "after"] as const) {
        const made = await scene();
        const { world, id } = made;
        const { length } = world.sts.issued;
        await interrupted(made, { nth, side }, () => world.mint(id));
        const where = `${side} call ${nth}`;
        expect(world.status(id), where).toBe("ACTIVE");
        expect(world.sts.issued.length, where).toBe(length + 1);
        expect((await owner(made).collect(id)).status, where).toBe(200);
        checkWorld(world);
      }
    }
  });
});
