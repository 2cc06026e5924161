import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { stream } from "../../masking/stream.ts";

// What is still reachable, not what is not collected yet.
setFlagsFromString("--expose-gc");
(globalThis as { gc?: () => void }).gc = runInNewContext("gc") as () => void;

describe("a large object", () => {
  it.each(["jsonl", "csv"] as const)(
    "is masked row by row: four times the bytes take no more memory: %s",
    async (format) => {
      await stream(format, 1_000_000);
      const small = await stream(format, 4_000_000);
      const large = await stream(format, 16_000_000);
      expect(large.rows).toBeGreaterThan(small.rows * 3.5);
      expect(large.heap).toBeLessThan(small.heap * 1.25);
    },
  );
});
