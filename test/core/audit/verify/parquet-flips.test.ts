import { describe, expect, test } from "vitest";
import { parquetOf } from "../../../../functions/aws/parquet.ts";
import { columns, rowOf } from "../../../../functions/core/audit/columns.ts";
import { readParquet } from "../../../../functions/core/audit/verify/parquet/read.ts";
import { mostFacts } from "../../../fakes/events.ts";
import { loose } from "../../../functions/export-audit/fixtures.ts";

const LIMITS = { rows: 100_000, unpackedBytes: 64 * 1024 * 1024 };

describe("the verifier's own reader of Parquet", () => {
  test("never throws and never hangs on a file that was changed", () => {
    const bytes = parquetOf(columns, [rowOf(loose("a", mostFacts("request.refused"))), rowOf(loose("b"))]);
    for (let at = 0; at < bytes.length; at += 1) {
      for (const mask of [1, 0x80, 0xff]) {
        const flipped = bytes.slice();
        flipped[at] = (flipped[at] ?? 0) ^ mask;
        const file = readParquet(flipped, LIMITS);
        if (file.ok) expect(file.rows).toBe(2);
        else expect(file.why).not.toBe("it cannot be read");
      }
      expect(readParquet(bytes.subarray(0, at), LIMITS).ok).toBe(false);
    }
  });
});
