import { describe, expect, it } from "vitest";
import { type Check, fenceNames, fences, missing, type Verdict, verify, whole, without } from "./spin.ts";

// In CI Spin is installed, so there it must be.
if (missing.length > 0 && process.env.CI) throw new Error(`there is no ${missing.join(" and no ")}`);
const skipped = missing.length > 0 ? ` (skipped: there is no ${missing.join(" and no ")})` : "";

// The search of the whole model takes a while, and two tests ask what it found.
const searches = new Map<string, Promise<Verdict>>();
function searched(check: Check): Promise<Verdict> {
  const name = JSON.stringify(check);
  const search = searches.get(name) ?? verify(check);
  searches.set(name, search);
  return search;
}

describe.skipIf(missing.length > 0)(`the model of a grant's life, searched by Spin${skipped}`, () => {
  it.each(Object.entries(whole))(
    "%s (I-01, I-02, I-17, I-24, I-25, I-28, I-29, I-30, I-41, I-42, I-71)",
    async (_, check) => {
      const { broken, states } = await searched(check);
      expect(broken).toBeUndefined();
      expect(states).toBeGreaterThan(100_000);
    },
  );

  it("has no step that nothing ever takes", async () => {
    expect((await searched({})).unreached).toEqual([]);
  });

  it.each(fenceNames)("fails without its fence: %s", async (fence) => {
    expect(await without(fence)).toBe(fences[fence]);
  });
});
