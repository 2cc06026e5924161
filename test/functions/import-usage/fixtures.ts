import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Told } from "../../../functions/aws/usage-bus.ts";
import type { LogCode, LogFields } from "../../../functions/core/log-events.ts";
import type { ImportDeps } from "../../../functions/import-usage/import.ts";
import { unzipped } from "../../../functions/import-usage/open-file.ts";
import { type Row, rowsOf } from "../export-audit/read.ts";

const ACCOUNT = "123456789012";
const TRAIL_BUCKET = `latchkey-audit-trail-${ACCOUNT}-us-east-1`;
const AUDIT_BUCKET = `latchkey-audit-${ACCOUNT}-us-east-1`;
const INTEREST = { accessAccounts: [ACCOUNT], auditBucket: AUDIT_BUCKET };

/** A sample in CloudTrail's form, as text: test/fixtures/cloudtrail. */
export const sample = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/cloudtrail/${name}.json`, import.meta.url)), "utf8");
export const recordsOf = (name: string): Record<string, unknown>[] => JSON.parse(sample(name)).Records;

export const fileKey = (name = "a"): string =>
  `AWSLogs/${ACCOUNT}/CloudTrail/us-east-1/2026/11/21/${ACCOUNT}_CloudTrail_us-east-1_20261121T0935Z_${name}.json.gz`;
export const created = (key: string, bucket = TRAIL_BUCKET) => ({
  version: "0",
  id: "17793124-05d4-b198-2fde-7ededc63b103",
  "detail-type": "Object Created",
  source: "aws.s3",
  account: ACCOUNT,
  time: "2026-11-21T09:36:00Z",
  region: "us-east-1",
  resources: [`arn:aws:s3:::${bucket}`],
  detail: {
    version: "0",
    bucket: { name: bucket },
    object: { key, size: 5, etag: "b1946ac92492d2347c6235b4d2611184", sequencer: "00617F08299329D189" },
    "request-id": "N4N7GDK58NMKJ12R",
    requester: "cloudtrail.amazonaws.com",
    reason: "PutObject",
  },
});

const MEGABYTE = 1 << 20;
async function* inChunks(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** The trail's bucket and the record's, in memory. Files are given as text and zipped, or as bytes. */
export function fakeBuckets(files: Record<string, string | Uint8Array>, chunk = MEGABYTE) {
  const objects = new Map<string, Uint8Array>();
  const logged: { code: LogCode; fields: LogFields }[] = [];
  const told: Told[] = [];
  const deps: ImportDeps = {
    async open(key) {
      const file = files[key];
      if (file === undefined) throw new Error(`NoSuchKey: ${key}`);
      return unzipped(inChunks(typeof file === "string" ? gzipSync(file) : file, chunk));
    },
    async put(key, bytes) {
      if (objects.has(key)) return "exists";
      objects.set(key, bytes);
      return "stored";
    },
    tell: async (each) => void told.push(...each),
    log: (code, fields = {}) => void logged.push({ code, fields }),
    now: () => Date.parse("2026-11-22T12:00:00Z"),
    interest: INTEREST,
    trailBucket: TRAIL_BUCKET,
  };
  const rows = async (): Promise<Row[]> =>
    (await Promise.all([...objects.values()].map((bytes) => rowsOf(bytes)))).flat();
  return { deps, told, objects, logged, rows, codes: () => logged.map(({ code }) => code) };
}
