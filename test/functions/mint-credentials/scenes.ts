import { longWindows } from "../../fakes/policy.ts";
import { approvedGrant, routineGrant } from "../../fakes/scenes.ts";
import { World } from "../../fakes/world.ts";

export type Scene = { world: World; id: string };
/** A first mint and a rotation, each about to run. */
export const scenes: Record<string, () => Promise<Scene>> = {
  "a first mint": async () => {
    const world = new World();
    return { world, id: await approvedGrant(world, { windowSeconds: 600 }) };
  },
  "a rotation": async () => {
    const world = new World(longWindows);
    const id = await routineGrant(world, { windowSeconds: 10_800 });
    world.workflow.paused = true;
    world.tick(46 * 60_000);
    return { world, id };
  },
};
/** Runs a mint and does something right before or right after its `nth` call to AWS. Says how many calls there were. */
export async function interrupted(
  scene: Scene,
  { nth, side }: { nth: number; side: "before" | "after" },
  action: (scene: Scene) => Promise<unknown>,
): Promise<{ calls: number; acted: boolean }> {
  const { world, id } = scene;
  let calls = 0;
  let acted = false;
  let acting = false;
  const hook = (when: "before" | "after") => async () => {
    if (acting) return;
    if (when === "before") calls += 1;
    if (calls !== nth || when !== side || acted) return;
    acted = true;
    acting = true;
    await action(scene);
    acting = false;
  };
  const around = { before: hook("before"), after: hook("after") };
  Object.assign(world.fake, around);
  Object.assign(world.sts, around);
  Object.assign(world.seal, { before: around.before });
  await world.mint(id);
  Object.assign(world.fake, { before: undefined, after: undefined });
  Object.assign(world.sts, { before: undefined, after: undefined });
  Object.assign(world.seal, { before: undefined });
  return { calls, acted };
}
