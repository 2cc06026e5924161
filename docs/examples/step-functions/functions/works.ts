import { createHash } from "node:crypto";
import {
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2 as pages,
  type S3Client,
} from "@aws-sdk/client-s3";

/** Where to work: what lies under one prefix, and the credentials that reach it. */
export type Work = { s3: S3Client; bucket: string; prefix: string };
/** What the state machine is told: counts and names, nothing of the data. */
export type Trained = { objects: number; bytes: number; digest: string };

/** Stands for training: reads every object under the prefix, one at a time. The digest is of what it was trained on. */
async function read({ s3, bucket, prefix }: Work): Promise<Trained> {
  const hash = createHash("sha256");
  let objects = 0;
  let bytes = 0;
  for await (const { Contents = [] } of pages({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const content = (await Body?.transformToByteArray()) ?? new Uint8Array();
      hash.update(content);
      objects += 1;
      bytes += content.length;
    }
  }
  return { objects, bytes, digest: `sha256:${hash.digest("hex")}` };
}

/** Stands for publishing: writes one manifest, named after the execution, below the prefix. Repeats overwrite it. */
async function write({ s3, bucket, prefix }: Work, name: string): Promise<Trained> {
  const body = `${JSON.stringify({ run: name })}\n`;
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: `${prefix}${encodeURIComponent(name)}.json`,
      Body: body,
      ContentType: "application/json",
    }),
  );
  const digest = createHash("sha256").update(body).digest("hex");
  return { objects: 1, bytes: Buffer.byteLength(body), digest: `sha256:${digest}` };
}

/** What this step can do with an access. */
export const works: Record<string, (work: Work, name: string) => Promise<Trained>> = { read, write };
