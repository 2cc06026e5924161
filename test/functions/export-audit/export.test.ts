import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { canonicalJson, sha256Hex } from "../../../functions/core/canonical.ts";
import { exportBatch } from "../../../functions/export-audit/export.ts";
import { chain, fakeStore, GRANT, loose, recordFor, recordOf } from "./fixtures.ts";
import { exportedRows } from "./read.ts";

describe("a batch", () => {
  test("makes one object per event day, named by first and last id and by its content (A-33)", async () => {
    const { deps, objects, logged } = fakeStore();
    const events = chain(GRANT, [
      "grant.requested",
      "grant.attempt_claimed",
      "grant.activated",
      "grant.ended",
    ]);
    expect(await exportBatch(deps, events.map(recordFor))).toEqual({ objects: 2, events: 4, quarantined: 0 });
    const names = [...objects].map(([key, bytes]) =>
      key.replace(createHash("sha256").update(bytes).digest("hex"), "HASH"),
    );
    expect(names).toEqual([
      `events/dt=2026-11-21/${GRANT}-000001-${GRANT}-000002-HASH.parquet`,
      `events/dt=2026-11-22/${GRANT}-000003-${GRANT}-000004-HASH.parquet`,
    ]);
    expect(logged).toEqual([
      { code: "audit.exported", fields: { objects: 2, events: 4, quarantined: 0, oldestMs: 7_000 } },
    ]);
  });

  test("takes an event that the batch holds twice once", async () => {
    const { deps, objects } = fakeStore();
    const event = recordFor(loose("twice"));
    expect((await exportBatch(deps, [event, event])).events).toBe(1);
    expect(await exportedRows(objects)).toHaveLength(1);
  });

  test("keeps both of two copies that differ, so that every reader finds it", async () => {
    const { deps, objects } = fakeStore();
    await exportBatch(deps, [recordFor(loose("x", { code: "a" })), recordFor(loose("x", { code: "b" }))]);
    expect((await exportedRows(objects)).map(({ code }) => code)).toEqual(["a", "b"]);
  });

  test("says how old its oldest event is: how far behind the record is", async () => {
    const { deps, logged } = fakeStore();
    const at = (time: string) => recordFor(loose(time.slice(11, 13), {}, { time }));
    await exportBatch(deps, [at("2026-11-21T23:00:05.000Z"), at("2026-11-21T22:00:05.000Z")]);
    await exportBatch(deps, [at("2026-11-22T01:00:00.000Z")]);
    await exportBatch(deps, [recordOf("{")]);
    expect(logged.filter(({ code }) => code === "audit.exported").map(({ fields }) => fields)).toEqual([
      { objects: 1, events: 2, quarantined: 0, oldestMs: 7_200_000 },
      { objects: 1, events: 1, quarantined: 0, oldestMs: 0 },
      { objects: 0, events: 0, quarantined: 1 },
    ]);
  });

  test("with nothing in it stores nothing", async () => {
    const { deps, objects } = fakeStore();
    expect(await exportBatch(deps, [])).toEqual({ objects: 0, events: 0, quarantined: 0 });
    expect(objects.size).toBe(0);
  });

  test("stored before changes nothing: the key is there already", async () => {
    const { deps, objects } = fakeStore();
    const batch = [recordFor(loose("a")), recordOf("{")];
    await exportBatch(deps, batch);
    const before = [...objects.keys()];
    expect(await exportBatch(deps, batch)).toEqual({ objects: 1, events: 1, quarantined: 1 });
    expect([...objects.keys()]).toEqual(before);
  });

  test("fails as a whole when the store does, so that it comes again", async () => {
    const { deps } = fakeStore();
    const put = async () => Promise.reject(new Error("no route to S3"));
    await expect(exportBatch({ ...deps, put }, [recordFor(loose("a"))])).rejects.toThrow("no route to S3");
    await expect(exportBatch({ ...deps, put }, [recordOf("{")])).rejects.toThrow("no route to S3");
  });
});

describe("what is not an event", () => {
  const image = (entity: string) => ({
    pk: { S: "GRANT#x" },
    sk: { S: "SEALED" },
    entity: { S: entity },
    secret: { S: "sealed-secret" },
  });
  const event = recordFor(loose("e"));
  const others: [string, unknown][] = [
    ...["grant", "sealed", "link", "live", "deny", "pin"].map((entity): [string, unknown] => [
      entity,
      { eventName: "INSERT", dynamodb: { NewImage: image(entity) } },
    ]),
    ["an item without a name", { eventName: "INSERT", dynamodb: { NewImage: {} } }],
    ["a change of an event", { ...event, eventName: "MODIFY" }],
    ["a removal of an event", { ...event, eventName: "REMOVE" }],
    ["a removal", { eventName: "REMOVE", dynamodb: { OldImage: image("sealed") } }],
  ];

  test.each(others)("I-52 is left out of the log and of quarantine: %s", async (_what, record) => {
    const { deps, objects } = fakeStore();
    expect(await exportBatch(deps, [record])).toEqual({ objects: 0, events: 0, quarantined: 0 });
    expect(objects.size).toBe(0);
  });
});

describe("I-56 a poisoned record", () => {
  const good = [loose("before"), loose("after")] as const;
  const { event, body } = loose("poison", { purpose: "keep me" });
  const edited = (change: object) => JSON.stringify({ ...JSON.parse(body), ...change });
  const canonical = (change: object) => canonicalJson({ ...JSON.parse(body), ...change });
  const chained = chain(GRANT, ["grant.requested"])[0]?.event ?? event;
  const cyclic: Record<string, unknown> = { eventName: "INSERT" };
  cyclic.self = cyclic;

  const poisons: [string, unknown, string][] = [
    ["body is cut off", recordOf(body.slice(0, -1)), "not_json"],
    ["body was changed after hashing", recordOf(body.replace("keep", "lose"), sha256Hex(body)), "wrong_hash"],
    [
      "hash is missing",
      { eventName: "INSERT", dynamodb: { NewImage: { entity: { S: "event" }, body: { S: body } } } },
      "no_body",
    ],
    [
      "body is a number",
      {
        eventName: "INSERT",
        dynamodb: { NewImage: { entity: { S: "event" }, body: { N: "1" }, hash: { S: "x" } } },
      },
      "no_body",
    ],
    ["version is from the future", recordOf(canonical({ v: 2 })), "unknown_version"],
    ["body is null", recordOf("null"), "unknown_version"],
    ["type is unknown", recordOf(canonical({ type: "grant.wished" })), "not_an_event"],
    ["a field is unknown", recordOf(canonical({ more: 1 })), "not_an_event"],
    ["time is no time", recordOf(canonical({ time: "yesterday" })), "not_an_event"],
    ["day is not in the calendar", recordOf(canonical({ time: "2026-02-30T00:00:00.000Z" })), "not_an_event"],
    ["id could leave its folder", recordOf(canonical({ id: "../../../digests/x" })), "not_an_event"],
    ["text is not canonical", recordOf(edited({ id: event.id }).replace("{", "{ ")), "not_canonical"],
    ["a key comes twice", recordOf(body.replace("{", '{"v":1,')), "not_canonical"],
    ["a move has no chain", recordOf(canonical({ type: "grant.ended" })), "wrong_place"],
    ["a note has a chain", recordOf(canonical({ grant: GRANT, chain: chained.chain })), "wrong_place"],
    [
      "a move has another's id",
      recordOf(
        JSON.stringify({
          ...JSON.parse(chain(GRANT, ["grant.requested"])[0]?.body ?? ""),
          id: `${GRANT}-000009`,
        }),
      ),
      "wrong_place",
    ],
    ["there is no image", { eventName: "INSERT", dynamodb: { Keys: {} } }, "no_new_image"],
    ["it is null", null, "no_new_image"],
    ["it is text", "boom", "no_new_image"],
    ["it refers to itself", cyclic, "no_new_image"],
    [
      "reading it throws",
      {
        get eventName() {
          throw new Error("trap");
        },
      },
      "unreadable",
    ],
  ];

  test.each(poisons)("(%s) is kept; all others are exported (F-28)", async (_why, record, reason) => {
    const { deps, objects, logged } = fakeStore();
    const counts = await exportBatch(deps, [recordFor(good[0]), record, recordFor(good[1])]);
    expect(counts).toEqual({ objects: 1, events: 2, quarantined: 1 });
    expect((await exportedRows(objects)).map((row) => row.body)).toEqual(good.map((each) => each.body));
    const [kept] = [...objects].filter(([key]) => key.startsWith("quarantine/"));
    expect(kept?.[0]).toMatch(/^quarantine\/dt=2026-11-2[12]\/[0-9a-f]{64}\.json$/);
    const text = Buffer.from(kept?.[1] ?? []).toString("utf8");
    expect(kept?.[0]).toContain(sha256Hex(text));
    expect(JSON.parse(text).reason).toBe(reason);
    expect(logged[0]).toEqual({ code: "audit.quarantined", fields: { key: kept?.[0], reason } });
  });

  test("is kept whole, under the day it was written", async () => {
    const { deps, objects } = fakeStore();
    const record = recordOf(body.replace("keep", "lose"), sha256Hex(body));
    await exportBatch(deps, [record]);
    const [[key, bytes] = ["", new Uint8Array()]] = [...objects];
    expect(key).toContain("/dt=2026-11-21/");
    expect(JSON.parse(Buffer.from(bytes).toString("utf8"))).toEqual({ reason: "wrong_hash", record });
  });

  test("that JSON cannot hold is kept as text", async () => {
    const { deps, objects } = fakeStore();
    await exportBatch(deps, [{ eventName: "INSERT", odd: 12345678901234567890n, cyclic }]);
    const [text = ""] = [...objects.values()].map((bytes) => Buffer.from(bytes).toString("utf8"));
    expect(JSON.parse(text).text).toContain("12345678901234567890n");
  });
});
