import { describe, expect, test } from "vitest";
import { parquetOf } from "../../../../functions/aws/parquet.ts";
import { columns, rowOf } from "../../../../functions/core/audit/columns.ts";
import { eventsKey } from "../../../../functions/core/audit/verify/names.ts";
import { sha256Of } from "../../../../functions/core/audit/verify/objects.ts";
import { sha256Hex } from "../../../../functions/core/canonical.ts";
import { check, type Files } from "./log.ts";
import { AT, objectOf, one, recordOf } from "./tamper.ts";

describe("rows", () => {
  const event = one("an-event-00000001", { purpose: "why", masked: true });
  const column = (name: string) => columns.findIndex((each) => each.name === name);
  const withValue = (name: string, value: string | boolean | null | bigint) => [
    rowOf(event).with(column(name), value),
  ];
  const rehashed = (body: string) => {
    const row = rowOf(event).with(column("body"), body).with(column("hash"), sha256Hex(body));
    return [row];
  };
  const codeOf = async (rows: ReturnType<typeof rowOf>[]) =>
    (await check(recordOf([objectOf([event], rows)]))).first;

  test.each<[string, ReturnType<typeof rowOf>[], string]>([
    ["a column that says something else", withValue("purpose", "another"), "column_differs"],
    ["a column that says more", withValue("ticket", "T-1"), "column_differs"],
    ["a column that says less", withValue("masked", null), "column_differs"],
    ["a hash of something else", withValue("hash", "0".repeat(64)), "wrong_hash"],
    ["a body of something else", withValue("body", event.body.replace("why", "who")), "wrong_hash"],
    ["no body", withValue("body", null), "not_an_event"],
    ["a body that is no JSON", rehashed("{"), "not_json"],
    ["a body with spaces", rehashed(event.body.replace(":", ": ")), "not_canonical"],
    [
      "a body with a key twice",
      rehashed(event.body.replace('"facts":{', '"facts":{"purpose":"why",')),
      "not_canonical",
    ],
    [
      "a body in another order",
      rehashed(JSON.stringify(Object.fromEntries(Object.entries(event.event).reverse()))),
      "not_canonical",
    ],
    ["a body with an escaped letter", rehashed(event.body.replace("why", "\\u0077hy")), "not_canonical"],
    ["an event of a later version", rehashed(event.body.replace('"v":1', '"v":2')), "unknown_version"],
    [
      "an event of another type than there are",
      rehashed(event.body.replace("request.refused", "request.ignored")),
      "not_an_event",
    ],
  ])("a row with %s is named", async (_, rows, code) => {
    expect(await codeOf(rows)).toMatchObject({ code, place: { row: 1, event: "an-event-00000001" } });
  });

  test("letters that look the same are not the same", async () => {
    const [composed, apart] = [
      one("an-event-00000001", { purpose: "caf\u00e9" }),
      one("an-event-00000001", { purpose: "cafe\u0301" }),
    ];
    const files = recordOf([objectOf([composed]), objectOf([apart])]);
    expect((await check(files)).first?.code).toBe("copies_differ");
  });

  test("a column that nobody knows, and one that is missing, are told apart", async () => {
    const rows = [[...rowOf(event), "more"]];
    const key = (bytes: Uint8Array) =>
      eventsKey(AT.slice(0, 10), event.event.id, event.event.id, sha256Of(bytes));
    const more = parquetOf([...columns, { name: "later", type: "string" }], rows);
    expect((await check(recordOf([[key(more), more]]))).first).toMatchObject({
      code: "unknown_column",
      severity: "cannot_tell",
    });
    const lacks = columns.filter(({ name }) => name !== "event_type");
    const fewer = parquetOf(lacks, [lacks.map((each) => each.of(event.event, event.hash, event.body))]);
    expect((await check(recordOf([[key(fewer), fewer]]))).first).toMatchObject({
      code: "column_differs",
      found: "nothing",
    });
    const reclassed = [rowOf(event).with(column("class_uid"), 1)];
    expect(await codeOf(reclassed)).toMatchObject({ code: "class_differs", severity: "cannot_tell" });
    const older = columns.filter(({ name }) => !["cap_seconds", "class_uid"].includes(name));
    const fine = parquetOf(older, [older.map((each) => each.of(event.event, event.hash, event.body))]);
    expect((await check(recordOf([[key(fine), fine]]))).verdict).toBe("whole");
  });

  test("an event under another day, and an object that is named after other events, are named", async () => {
    const [, bytes] = objectOf([event]);
    const elsewhere = eventsKey("2026-11-20", event.event.id, event.event.id, sha256Of(bytes));
    expect((await check(recordOf([[elsewhere, bytes]]))).first).toMatchObject({
      code: "wrong_day",
      place: { key: elsewhere, row: 1 },
    });
    const misnamed = eventsKey("2026-11-21", "another-event-001", event.event.id, sha256Of(bytes));
    expect((await check(recordOf([[misnamed, bytes]]))).first).toMatchObject({
      code: "object_misnamed",
      place: { key: misnamed },
    });
  });

  test("an object that unpacks to more than it may, or is no Parquet, is named and not unpacked", async () => {
    const big = [
      one("big-event-0000001", { purpose: "x".repeat(200_000) }),
      one("big-event-0000002", { purpose: "x".repeat(200_000) }),
    ];
    const [key, bytes] = objectOf(big);
    expect(bytes.length).toBeLessThan(100_000);
    const files = recordOf([[key, bytes]]);
    expect((await check(files, { limits: { unpackedBytes: 300_000 } })).first).toMatchObject({
      code: "object_too_large",
      place: { key },
    });
    expect((await check(files, { limits: { objectBytes: 1_000 } })).first).toMatchObject({
      code: "object_too_large",
      place: { key },
    });
    const gzip = Buffer.from([0x1f, 0x8b, 8, 0]);
    const zipped = eventsKey("2026-11-21", "a", "b", sha256Of(gzip));
    expect((await check(recordOf([[zipped, gzip]]))).first).toMatchObject({
      code: "object_damaged",
      place: { key: zipped },
    });
  });
});

describe("what cannot be judged is never said to be whole", () => {
  test.each<[string, Files, string]>([
    ["an empty folder", new Map(), "empty"],
    ["events without a digest", new Map([objectOf([one("an-event-00000001")])]), "no_digest"],
  ])("%s", async (_, files, code) => {
    const report = await check(files);
    expect(report).toMatchObject({ verdict: "cannot_tell" });
    expect(report.findings.map((finding) => finding.code)).toContain(code);
  });
});
