import { describe, expect, it } from "vitest";
import { fenceNames, fences, missing, verify, whole, without } from "./spin.ts";

// In CI Spin is installed, so there it must be.
if (missing.length > 0 && process.env.CI) throw new Error(`there is no ${missing.join(" and no ")}`);
const skipped = missing.length > 0 ? ` (skipped: there is no ${missing.join(" and no ")})` : "";

describe.skipIf(missing.length > 0)(`the model of a grant's life, searched by Spin${skipped}`, () => {
  it.each(Object.entries(whole))(
    "%s (I-01, I-02, I-17, I-24, I-25, I-28, I-29, I-30, I-41, I-42, I-71)",
    async (_, check) => {
      const { broken, states } = await verify(check);
      expect(broken).toBeUndefined();
      expect(states).toBeGreaterThan(100_000);
    },
  );

  it("has no step that nothing ever takes", async () => {
    expect((await verify({})).unreached).toEqual([]);
  });

  it.each(fenceNames)("fails without its fence: %s", async (fence) => {
    expect(await without(fence)).toBe(fences[fence]);
  });
});
