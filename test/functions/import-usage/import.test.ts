import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { usageColumns } from "../../../functions/core/audit/usage.ts";
import { importFile, importNew } from "../../../functions/import-usage/import.ts";
import { created, fakeBuckets, fileKey, recordsOf, sample } from "./fixtures.ts";

const importing = async (...names: string[]) => {
  const keys = names.map((name) => fileKey(name));
  const buckets = fakeBuckets(Object.fromEntries(names.map((name) => [fileKey(name), sample(name)])));
  for (const key of keys) await importNew(buckets.deps, created(key));
  return { ...buckets, rows: await buckets.rows() };
};

describe("the calls of minted sessions", () => {
  test("become rows with every column, by the day of the call, in objects named by their content", async () => {
    const { objects, rows } = await importing("minted-sessions");
    expect(rows).toHaveLength(13);
    for (const row of rows) expect(Object.keys(row)).toEqual(usageColumns.map(({ name }) => name));
    const named = [...objects].map(([key, bytes]) =>
      key.replace(createHash("sha256").update(bytes).digest("hex"), "HASH"),
    );
    expect(named.sort()).toEqual(["usage/dt=2026-11-21/HASH.parquet", "usage/dt=2026-11-22/HASH.parquet"]);
  });

  test("name their grant and attempt, what was touched, how much was read, and what was refused", async () => {
    const { rows } = await importing("minted-sessions");
    const [read] = rows.filter(({ object_key }) => object_key === "claims/2026/claim-1042.json");
    expect(read).toMatchObject({
      usage_id: "0b5f7c1e-4f5a-4c0e-9d0a-000000000001",
      used_at: new Date("2026-11-21T09:30:41Z"),
      account_id: "123456789012",
      aws_region: "us-east-1",
      service: "s3",
      api_action: "GetObject",
      read_only: true,
      session_name: "lk.support.k7m2q4r6s2t4u6v2.1",
      grant_id: "k7m2q4r6s2t4u6v2",
      attempt: 1n,
      resource_arn: "arn:aws:s3:::northwind-production/claims/2026/claim-1042.json",
      bucket: "northwind-production",
      source_ip: "10.20.30.40",
      bytes_out: 18231n,
      request_id: "CF9748DFDC5FB0A4",
    });
    expect(read?.error_code ?? null).toBeNull();
    const refused = rows.filter(({ error_code }) => error_code !== null && error_code !== undefined);
    expect(refused.map(({ api_action, error_code }) => `${api_action} ${error_code}`).sort()).toEqual([
      "GetObject AccessDenied",
      "PutItem AccessDenied",
    ]);
    // A listing tells of which names; other calls have none.
    const listed = rows.filter(({ listed_prefix }) => typeof listed_prefix === "string");
    expect(listed.map(({ api_action, listed_prefix }) => [api_action, listed_prefix])).toEqual([
      ["ListObjects", "claims/2026/"],
    ]);
    expect(rows.find(({ api_action }) => api_action === "PutObject")).toMatchObject({
      grant_id: "aaaabbbbccccdddd",
      attempt: 3n,
      read_only: false,
      object_key: 'manifests/run-7 (final), "v2".json',
    });
  });

  test("name one resource each, of every service: the narrowest that CloudTrail names, else by parameter", async () => {
    const { rows } = await importing("minted-sessions");
    const touched = rows.map(({ service, api_action, resource_arn }) => [
      `${service} ${api_action}`,
      resource_arn,
    ]);
    expect(Object.fromEntries(touched)).toMatchObject({
      "s3 ListObjects": "arn:aws:s3:::northwind-production",
      "dynamodb Query": "arn:aws:dynamodb:us-east-1:123456789012:table/customers",
      "bedrock InvokeModel":
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
      "bedrock Retrieve": "arn:aws:bedrock:us-east-1:123456789012:knowledge-base/KB12345678",
      "athena StartQueryExecution": "arn:aws:athena:us-east-1:123456789012:workgroup/analysts",
      "secretsmanager GetSecretValue": "arn:aws:secretsmanager:us-east-1:123456789012:secret:northwind/crm",
      "ssm GetParameter": "arn:aws:ssm:us-east-1:123456789012:parameter/northwind/finetuning/epochs",
      "s3vectors QueryVectors":
        "arn:aws:s3vectors:us-east-1:123456789012:bucket/northwind-vectors/index/handbook",
    });
  });
});

describe("calls about the record", () => {
  test("I-59 are kept whoever made them, by Athena or directly, allowed or not; what our exporter adds is not", async () => {
    const { rows } = await importing("record-readers");
    expect(
      rows.map(({ api_action, caller_arn }) => `${api_action} ${String(caller_arn).split(/[:/]/).at(-1)}`),
    ).toEqual([
      "GetObject colin.baker@northwind.example",
      "GetObject colin.baker@northwind.example",
      "DeleteObject mallory",
      "GetObject latchkey-sign-digest",
    ]);
    expect(rows.map(({ grant_id }) => grant_id ?? null)).toEqual([null, null, null, null]);
    expect(rows.map(({ source_ip }) => source_ip)).toContain("athena.amazonaws.com");
  });
});

describe("what is nobody's use of a grant", () => {
  test("makes no row: probes, other roles under a grant's session name, foreign accounts, other services", async () => {
    const { rows, codes } = await importing("noise");
    // The one mint among them is kept as a row of no grant: no question takes it for a use.
    expect(rows).toMatchObject([{ api_action: "AssumeRole", grant_id: null, session_name: null }]);
    expect(codes()).toEqual(["usage.imported"]);
  });

  test("is told to who watches: a mint with its policy and nothing of its answer (I-09)", async () => {
    const { told } = await importing("noise");
    expect(told).toEqual([
      {
        type: "role.assumed",
        detail: {
          ...{ v: 1, id: expect.any(String), time: "2026-11-21T09:30:02Z", account: "123456789012" },
          ...{ role: "latchkey-access-production-data", session: "lk.support.k7m2q4r6s2t4u6v2.1" },
          ...{ by: "123456789012:assumed-role/latchkey-mint-credentials", refused: false },
          policy: '{"Version":"2012-10-17","Statement":[]}',
        },
      },
    ]);
  });

  test("is told to who watches: what each grant's sessions did in each minute, without an address or a key (I-52)", async () => {
    const { told } = await importing("minted-sessions");
    expect(told.length).toBeGreaterThan(0);
    const calls = told.reduce((sum, { detail }) => sum + ("calls" in detail ? detail.calls : 0), 0);
    expect(calls).toBe(recordsOf("minted-sessions").length);
    expect(JSON.stringify(told)).not.toMatch(/"\d{1,3}(\.\d{1,3}){3}"|ASIA|claims\//);
  });

  test("is no file of the log: digests of CloudTrail, other folders, other buckets", async () => {
    const { deps, objects } = fakeBuckets({});
    const log = fileKey();
    const others = [
      log.replace("/CloudTrail/", "/CloudTrail-Digest/"),
      log.replace("/CloudTrail/", "/CloudTrail-Insight/"),
      log.replace("AWSLogs/", "other/"),
      log.replace(".gz", ""),
    ];
    for (const key of others) expect(await importNew(deps, created(key))).toBe("not_a_log_file");
    expect(await importNew(deps, created(log, "somebody-elses"))).toBe("not_a_log_file");
    expect(objects.size).toBe(0);
    await expect(importNew(deps, { detail: {} })).rejects.toThrow();
  });

  test("I-52 holds no token, no policy and no query of what was called", async () => {
    const { rows } = await importing("minted-sessions", "noise", "record-readers");
    const kept = JSON.stringify(rows, (_key, value) => (typeof value === "bigint" ? Number(value) : value));
    for (const secret of ["EXAMPLETOKEN", "ASIAIOSFODNN7EXAMPLE", "HIDDEN_DUE", "Statement"])
      expect(kept).not.toContain(secret);
  });
});

describe("a file that comes again", () => {
  test("I-57 changes nothing: the same objects under the same names, also in other chunks", async () => {
    const files = { [fileKey()]: sample("minted-sessions") };
    const once = fakeBuckets(files);
    await importFile(once.deps, fileKey());
    const first = [...once.objects.keys()];
    await importFile(once.deps, fileKey());
    expect([...once.objects.keys()]).toEqual(first);
    const crumbs = fakeBuckets(files, 7);
    await importFile(crumbs.deps, fileKey());
    expect([...crumbs.objects.keys()]).toEqual(first);
  });

  test("with a record twice has its row once", async () => {
    const [record] = recordsOf("minted-sessions");
    const { deps, rows } = fakeBuckets({ [fileKey()]: JSON.stringify({ Records: [record, record] }) });
    expect((await importFile(deps, fileKey())).rows).toBe(1);
    expect(await rows()).toHaveLength(1);
  });

  test("fails as a whole when S3 does, so that it comes again", async () => {
    const { deps } = fakeBuckets({ [fileKey()]: sample("minted-sessions") });
    await expect(importFile(deps, fileKey("gone"))).rejects.toThrow("NoSuchKey");
    const put = async () => Promise.reject(new Error("no route to S3"));
    await expect(importFile({ ...deps, put }, fileKey())).rejects.toThrow("no route to S3");
  });
});

describe("I-56 what cannot be read", () => {
  const good = recordsOf("minted-sessions").slice(0, 2);
  const text = good.map((record) => JSON.stringify(record));

  const badRecords: [string, string][] = [
    ["is no JSON", '{"eventID": nonsense}'],
    ["is of another version", JSON.stringify({ ...good[0], eventVersion: "2.0" })],
    ["has no id", JSON.stringify({ ...good[0], eventID: undefined })],
    ["has no time", JSON.stringify({ ...good[0], eventTime: "yesterday" })],
    ["has resources that are none", JSON.stringify({ ...good[0], resources: "all" })],
    ["is nothing", "{}"],
  ];
  test.each(badRecords)("a record that %s is told of, and costs no other", async (_what, bad) => {
    const file = `{"Records":[${text[0]},${bad},${text[1]}]}`;
    const { deps, rows, logged } = fakeBuckets({ [fileKey()]: file });
    expect(await importFile(deps, fileKey())).toMatchObject({ rows: 2, unreadable: 1 });
    expect(await rows()).toHaveLength(2);
    expect(logged[0]).toEqual({ code: "usage.record_unreadable", fields: { key: fileKey(), count: 1 } });
  });

  const whole = Buffer.from(gzipSync(`{"Records":[${text[0]},${text[1]}]}`));
  const badFiles: [string, string | Uint8Array, string, number][] = [
    ["is not zipped", Buffer.from(sample("noise")), "not_gzip", 0],
    ["is empty", new Uint8Array(), "not_gzip", 0],
    ["was cut off in the zip", whole.subarray(0, whole.length - 9), "not_gzip", 2],
    ["was cut off before it was zipped", `{"Records":[${text[0]},${text[1]?.slice(0, 99)}`, "cut_off", 1],
    ["is something else", "<html>".repeat(99), "not_a_log", 0],
    ["is short and something else", "[]", "not_a_log", 0],
    ["is CloudTrail's digest", sample("digest-file"), "not_a_log", 0],
    ["has something between records", `{"Records":[${text[0]} 7 ${text[1]}]}`, "not_a_log", 1],
    ["has one endless record", `{"Records":[{"a":"${"x".repeat(1_100_000)}"}]}`, "record_too_big", 0],
  ];
  test.each(badFiles)(
    "a file that %s is told of, with what was read of it kept",
    async (_what, file, problem, rows) => {
      const { deps, logged, ...buckets } = fakeBuckets({ [fileKey()]: file });
      expect(await importFile(deps, fileKey())).toMatchObject({ problem, rows });
      expect(await buckets.rows()).toHaveLength(rows);
      expect(logged[0]).toEqual({
        code: "usage.file_unreadable",
        fields: { key: fileKey(), reason: problem },
      });
    },
  );
});

describe("text of callers (I-53)", () => {
  test("stays in its own row and column: quotes, brackets, line ends, halves of characters", async () => {
    const nasty = '"}],{"Records":[{\\"\n\u2028\ud800 =cmd|\' /C calc\'!A0';
    const [record = {}] = recordsOf("minted-sessions");
    const hostile = { ...record, userAgent: nasty, requestParameters: { bucketName: "b", key: nasty } };
    const other = { ...record, eventID: "other" };
    const { deps, rows } = fakeBuckets({ [fileKey()]: JSON.stringify({ Records: [hostile, other] }) }, 3);
    expect(await importFile(deps, fileKey())).toMatchObject({ rows: 2, unreadable: 0 });
    const [first, second] = await rows();
    const flat = nasty.replace("\n", "\\u{a}").replace("\u2028", "\\u{2028}").replace("\ud800", "\\u{d800}");
    expect(first).toMatchObject({ bucket: "b", object_key: flat });
    expect(second).toMatchObject({ usage_id: "other", bucket: "northwind-production" });
  });

  test("is cut where no true value is so long, and prototype names are parameters like others", async () => {
    const [record = {}] = recordsOf("minted-sessions");
    const long = { ...record, eventID: "other", userAgent: "x".repeat(99_999), requestParameters: {} };
    const { deps, rows } = fakeBuckets({ [fileKey()]: JSON.stringify({ Records: [long] }) });
    await importFile(deps, fileKey());
    const [row] = await rows();
    expect(String(row?.user_agent)).toHaveLength(2_048);
    expect(row?.object_key ?? null).toBeNull();
  });
});
