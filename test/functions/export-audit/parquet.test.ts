import { parquetMetadata } from "hyparquet";
import { describe, expect, test } from "vitest";
import { parquetOf } from "../../../functions/aws/parquet.ts";
import { columns, rowOf } from "../../../functions/core/audit/columns.ts";
import { everyFact } from "../../fakes/events.ts";
import { chain, GRANT, loose } from "./fixtures.ts";
import { rowsOf } from "./read.ts";

describe("an event as a row of Parquet", () => {
  test("has every fact, each with its type", async () => {
    const sealed = loose("all", everyFact, {
      grant: GRANT,
      actor: { type: "person", id: "ana", arn: "arn:aws:iam::1:user/ana", sessionName: "s" },
    });
    const [row] = await rowsOf(parquetOf(columns, [rowOf(sealed)]));
    expect(row).toMatchObject({
      event_id: sealed.event.id,
      event_type: "request.refused",
      event_time: new Date("2026-11-21T09:30:00.123Z"),
      class_uid: 6003,
      activity_id: 99,
      actor_type: "person",
      actor_id: "ana",
      actor_arn: "arn:aws:iam::1:user/ana",
      actor_session_name: "s",
      grant_id: GRANT,
      sequence: null,
      previous_hash: null,
      agent_id: "support-assistant",
      resource_arn: "arn:aws:s3:::claims",
      scope: '{"prefix":"2026/"}',
      masked: false,
      window_seconds: 900n,
      starts_at: new Date("2026-11-21T09:30:00Z"),
      ends_at: new Date("2026-11-21T09:45:00Z"),
      on_behalf_of: "customer-9",
      policy_version: "sha256:11",
      stage: 1n,
      approval_group: "privacy",
      attempt: 2n,
      session_name: `lk.support.${GRANT}.2`,
      role_name: "access-claims",
      refused_count: 41n,
      hash: sealed.hash,
      body: sealed.body,
    });
    expect(Object.keys(row ?? {})).toEqual(columns.map(({ name }) => name));
  });

  test("has null for every fact that it does not tell", async () => {
    const sealed = loose("none");
    const [row] = await rowsOf(parquetOf(columns, [rowOf(sealed)]));
    const told = Object.entries(row ?? {})
      .filter(([, value]) => value !== null)
      .map(([name]) => name);
    expect(told).toEqual([
      "event_id",
      "event_type",
      "event_time",
      "ocsf_version",
      "category_uid",
      "class_uid",
      "activity_id",
      "type_uid",
      "severity_id",
      "status_id",
      "actor_type",
      "actor_id",
      "hash",
      "body",
    ]);
  });

  test("keeps sequence and previous hash of a chain", async () => {
    const sealed = chain(GRANT, ["grant.requested", "grant.denied"]);
    const rows = await rowsOf(parquetOf(columns, sealed.map(rowOf)));
    expect(rows.map(({ sequence, previous_hash }) => [sequence, previous_hash])).toEqual([
      [1n, null],
      [2n, sealed[0]?.hash],
    ]);
  });

  test("keeps numbers beyond 32 bits", async () => {
    const [row] = await rowsOf(
      parquetOf(columns, [rowOf(loose("big", { windowSeconds: Number.MAX_SAFE_INTEGER }))]),
    );
    expect(row?.window_seconds).toBe(BigInt(Number.MAX_SAFE_INTEGER));
  });
});

describe("the file", () => {
  const rows = Array.from({ length: 40 }, (_, index) =>
    rowOf(loose(`e${index}`, index % 2 ? everyFact : {})),
  );

  test("is the same bytes for the same events", () => {
    expect(Buffer.from(parquetOf(columns, rows)).equals(Buffer.from(parquetOf(columns, rows)))).toBe(true);
  });

  test("has the schema of the columns whatever is in it", () => {
    const schemaOf = (some: typeof rows) => {
      const bytes = parquetOf(columns, some);
      return parquetMetadata(bytes.buffer as ArrayBuffer).schema;
    };
    expect(schemaOf(rows.slice(0, 1))).toEqual(schemaOf(rows));
    const [, ...leaves] = schemaOf(rows);
    expect(leaves.map(({ name }) => name)).toEqual(columns.map(({ name }) => name));
    expect(leaves.every(({ repetition_type }) => repetition_type === "OPTIONAL")).toBe(true);
    const types = new Map(leaves.map((leaf) => [leaf.name, [leaf.type, leaf.converted_type]]));
    expect(types.get("event_time")).toEqual(["INT64", "TIMESTAMP_MILLIS"]);
    expect(types.get("masked")?.[0]).toBe("BOOLEAN");
    expect(types.get("body")).toEqual(["BYTE_ARRAY", "UTF8"]);
  });
});
