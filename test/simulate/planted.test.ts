import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyOfTree, firstFound, type Planted, plantedBugs, whilePlanted } from "./plant.ts";

// Where each is found is in its first line, so that one run is enough; `LATCHKEY_PLANTED=150` tries so many seeds from 1.
const bugs = await plantedBugs();
const TRIED = process.env.LATCHKEY_PLANTED
  ? Array.from({ length: Number(process.env.LATCHKEY_PLANTED) }, (_, at) => at + 1)
  : undefined;
let copy: Awaited<ReturnType<typeof copyOfTree>>;

describe("bugs that were planted as patches of functions/", () => {
  beforeAll(async () => {
    copy = await copyOfTree();
  }, 60_000);
  afterAll(() => copy.remove());

  it("are ten at least", () => {
    expect(bugs.length).toBeGreaterThanOrEqual(10);
  });

  it.each(bugs)(
    "$name is found: $why",
    async (bug: Planted) => {
      const { root } = copy;
      const found = await whilePlanted(root, bug, () => firstFound(root, TRIED ?? bug.seeds));
      expect(bug.expected).toContain(found?.id);
    },
    120_000,
  );

  it("are not there in the code as it is: the same runs pass", async () => {
    const seeds = [...new Set(bugs.flatMap((bug) => bug.seeds))];
    expect(await firstFound(copy.root, seeds)).toBeUndefined();
  }, 120_000);
});
