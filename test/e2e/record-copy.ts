import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { readParquet } from "../../functions/core/audit/verify/parquet/read.ts";
import { LIMITS } from "../../functions/core/audit/verify/source.ts";
import { admin, eventuallyInRecord, local } from "./world.ts";

const idsIn = (bytes: Uint8Array): readonly unknown[] => {
  const file = readParquet(bytes, LIMITS, ["event_id"]);
  if (!file.ok) throw new Error(file.why);
  return file.columns.find(({ name }) => name === "event_id")?.values ?? [];
};

/**
 * Copies the record into a folder, as `aws s3 sync` does, once it has these events. Each object is fetched once: what is
 * in the record does not change.
 */
export async function copyRecord(folder: string, events: readonly string[]): Promise<void> {
  const s3 = new S3Client({ ...(await admin()), forcePathStyle: true });
  const missing = new Set<unknown>(events);
  const fetched = new Set<string>();
  await eventuallyInRecord(`${events.join(", ")} in the record`, async () => {
    let token: string | undefined;
    do {
      const where = { Bucket: local().auditBucket, ...(token ? { ContinuationToken: token } : {}) };
      const page = await s3.send(new ListObjectsV2Command(where));
      for (const { Key = "" } of page.Contents ?? []) {
        if (fetched.has(Key)) continue;
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: local().auditBucket, Key }));
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
        if (Key.startsWith("events/")) for (const id of idsIn(bytes)) missing.delete(id);
        mkdirSync(dirname(join(folder, Key)), { recursive: true });
        writeFileSync(join(folder, Key), bytes);
        fetched.add(Key);
      }
      token = page.NextContinuationToken;
    } while (token);
    return missing.size === 0;
  });
  s3.destroy();
}
