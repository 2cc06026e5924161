import { afterEach, beforeEach } from "vitest";
import { checkWorld } from "./check-world.ts";
import type { Edit } from "./policy.ts";
import { World } from "./world.ts";

/** A new world for each test of a file, and at each test's end the check of what must hold of every world. */
export function useWorld(edit?: Edit): { world: World } {
  const holder = {} as { world: World };
  beforeEach(() => {
    holder.world = new World(edit);
  });
  afterEach(() => checkWorld(holder.world));
  return holder;
}
