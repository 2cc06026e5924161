import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { importFile } from "../../../functions/import-usage/import.ts";
import { readUsage } from "../../../functions/import-usage/read-usage.ts";
import { splitRecords } from "../../../functions/import-usage/split-records.ts";
import { fakeBuckets, fileKey, recordsOf } from "./fixtures.ts";

type Json = Record<string, unknown>;
const [minted = {}] = recordsOf("minted-sessions");
const fileOf = (...records: Json[]) => JSON.stringify({ Records: records });

async function imported(...records: Json[]) {
  const buckets = fakeBuckets({ [fileKey()]: fileOf(...records) });
  const done = await importFile(buckets.deps, fileKey());
  return { ...buckets, done, rows: await buckets.rows() };
}

describe("I-53 what a caller wrote", () => {
  const FORMULA = '=HYPERLINK("https://evil.example","see")';
  const ESCAPES = "claims/\u001b]0;owned\u0007\u202egnp.exe\nnext";

  test("is in no column a formula, or a line or sign for a terminal: Athena writes these columns as CSV", async () => {
    const hostile = {
      ...minted,
      userAgent: FORMULA,
      errorCode: "'+1+1",
      requestID: "@SUM(A1)",
      sourceIPAddress: "\t=1",
      requestParameters: { bucketName: "-1+1", key: ESCAPES },
    };
    const { rows } = await imported(hostile);
    for (const value of Object.values(rows[0] ?? {})) {
      if (typeof value !== "string") continue;
      expect(value).not.toMatch(/^[\s=+\-@]/);
      expect(value).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
    expect(rows[0]).toMatchObject({
      user_agent: `'${FORMULA}`,
      // Its own apostrophe is told from one of ours.
      error_code: "''+1+1",
      object_key: "claims/\\u{1b}]0;owned\\u{7}\\u{202e}gnp.exe\\u{a}next",
    });
  });
});

describe("a file that CloudTrail did not write", () => {
  test("with two calls of one id keeps the first and tells of the other: no question dies of it (I-56)", async () => {
    const forged = { ...minted, eventName: "DeleteObject" };
    const { rows, done, codes } = await imported(minted, minted, forged);
    expect(rows.map(({ api_action }) => api_action)).toEqual([minted.eventName]);
    expect(done).toMatchObject({ rows: 1, unreadable: 1 });
    expect(codes()).toContain("usage.record_unreadable");
  });

  test.each(["1999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])(
    "with a call at %s, which no table's days reach, tells of it",
    async (eventTime) => {
      const { rows, done } = await imported({ ...minted, eventTime });
      expect(rows).toEqual([]);
      expect(done).toMatchObject({ rows: 0, unreadable: 1 });
    },
  );

  test("is not held in memory beyond its last record", async () => {
    const spaces = new Uint8Array(100 << 20).fill(32);
    async function* bomb() {
      yield Buffer.from(fileOf(minted));
      for (let megabytes = 0; megabytes < 600; megabytes += 100) yield spaces;
    }
    const texts: string[] = [];
    for await (const text of splitRecords(bomb())) texts.push(text);
    expect(texts).toHaveLength(1);
  });

  test("with rows of the greatest length writes them in several objects", async () => {
    const records = Array.from({ length: 90 }, (_, index) => ({
      ...minted,
      eventID: `id-${index}`,
      requestParameters: { bucketName: "b", key: "k".repeat(900_000) },
    }));
    const { done } = await imported(...records);
    expect(done.rows).toBe(90);
    expect(done.objects).toBeGreaterThan(1);
  });

  test("nested as deep as it can be, or full of huge numbers, costs no other record", async () => {
    const deep = `{"a":${"[".repeat(400_000)}${"]".repeat(400_000)}}`;
    const huge = JSON.stringify({ ...minted, eventID: "huge", additionalEventData: {} }).replace(
      '"additionalEventData":{}',
      '"additionalEventData":{"bytesTransferredOut":1e400}',
    );
    const file = gzipSync(`{"Records":[${deep},${huge},${JSON.stringify(minted)}]}`);
    const { deps, rows } = fakeBuckets({ [fileKey()]: file });
    expect(await importFile(deps, fileKey())).toMatchObject({ rows: 2, unreadable: 1 });
    expect((await rows()).find(({ usage_id }) => usage_id === "huge")?.bytes_out ?? null).toBeNull();
  });
});

describe("I-59 additions to the record", () => {
  const [reading = {}] = recordsOf("record-readers");
  const auditBucket = "latchkey-audit-123456789012-us-east-1";
  const by = (account: string) => ({
    ...reading,
    errorCode: undefined,
    eventName: "PutObject",
    requestParameters: { bucketName: auditBucket, key: "events/dt=2026-11-21/x.parquet" },
    userIdentity: { arn: `arn:aws:sts::${account}:assumed-role/latchkey-export-audit/x`, accountId: account },
  });
  const interest = { accessAccounts: ["123456789012", "999988887777"], auditBucket };

  test.each([
    ["our own exporter's", "other", "123456789012"],
    ["a role's of its name elsewhere", "usage", "999988887777"],
    ["a stranger's of its name", "usage", "666666666666"],
  ])("%s are %s", (_whose, kind, account) => {
    expect(readUsage(JSON.stringify(by(account)), interest).kind).toBe(kind);
  });
});
