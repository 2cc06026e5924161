import { describe, expect, test } from "vitest";
import { parquetOf } from "../../../../functions/aws/parquet.ts";
import { columns, rowOf } from "../../../../functions/core/audit/columns.ts";
import { eventsKey } from "../../../../functions/core/audit/verify/names.ts";
import { sha256Of } from "../../../../functions/core/audit/verify/objects.ts";
import { readDigest } from "../../../../functions/core/audit/verify/read-digest.ts";
import { check, RECORD, START, signed, signer } from "./log.ts";
import { digests, log, one, recordOf } from "./tamper.ts";

/** An object with these rows, whoever made them. */
const objectWith = (id: string, rows: Parameters<typeof parquetOf>[1]): [string, Uint8Array] => {
  const bytes = parquetOf(columns, rows);
  return [eventsKey("2026-11-21", id, id, sha256Of(bytes)), bytes];
};

describe("a digest that is mostly air", () => {
  // As JSON it would take some gigabytes.
  const air = Buffer.from(`{"heads":[{}${",{}".repeat(30_000_000)}],"jws":"`);

  test.each([
    ["without a signature", "a.b.c", "digest_malformed"],
    ["with the signature of another", log.jws[0] ?? "", "digest_lists_differ"],
  ])("%s is refused before it is parsed", (_, jws, code) => {
    const bytes = Buffer.concat([air, Buffer.from(`${jws}","objects":[]}`)]);
    expect(readDigest(digests[0] ?? "", bytes, [signer])).toMatchObject({
      ok: false,
      code,
    });
  });

  test("but a large one that is signed so is read", () => {
    const heads = Array.from({ length: 12_000 }, (_, index) => {
      const letters = [...index.toString(5).padStart(16, "0")].map((digit) => "abcde"[Number(digit)]);
      return { grant: letters.join(""), sequence: 1_000_000, hash: "0".repeat(64) };
    });
    const iso = (ms: number) => new Date(START + ms).toISOString();
    const times = { from: iso(0), to: iso(3_600_000), madeAt: iso(4_200_000) };
    const made = signed(
      signer,
      { record: RECORD, number: 1, previous: null, ...times },
      { objects: [], heads },
    );
    expect(made.bytes.length).toBeGreaterThan(1024 * 1024);
    expect(readDigest(made.key, made.bytes, [signer])).toMatchObject({ ok: true });
    expect(readDigest(made.key, made.bytes, [])).toMatchObject({ ok: false, code: "digest_unknown_key" });
  });
});

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
