import { describe, expect, test } from "vitest";
import { parquetOf } from "../../../../functions/aws/parquet.ts";
import { columns, rowOf } from "../../../../functions/core/audit/columns.ts";
import { eventsKey } from "../../../../functions/core/audit/verify/names.ts";
import { sha256Of } from "../../../../functions/core/audit/verify/objects.ts";
import { check } from "./log.ts";
import { one, recordOf } from "./tamper.ts";

/** An object with these rows, whoever made them. */
const objectWith = (id: string, rows: Parameters<typeof parquetOf>[1]): [string, Uint8Array] => {
  const bytes = parquetOf(columns, rows);
  return [eventsKey("2026-11-21", id, id, sha256Of(bytes)), bytes];
};

describe("a record that an opponent wrote", () => {
  test("one long text for very many rows is too large, and is not worked through", async () => {
    const long = one("long-event-000001", { purpose: "x".repeat(3_000_000) });
    const [key, bytes] = objectWith(
      long.event.id,
      Array.from({ length: 100 }, () => rowOf(long)),
    );
    const report = await check(recordOf([[key, bytes]]));
    expect(bytes.length).toBeLessThan(1_000_000);
    expect(report).toMatchObject({ verdict: "cannot_tell", first: { code: "object_too_large" } });
  });
});
