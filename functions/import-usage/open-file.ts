import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { OpenFile } from "./import.ts";
import { UnreadableFile } from "./split-records.ts";

/** What zlib says of bytes that are no whole gzip file. https://nodejs.org/api/zlib.html#constants */
const NOT_GZIP = new Set(["Z_DATA_ERROR", "Z_BUF_ERROR"]);

/** Unzips as it comes; whoever stops reading stops the source too. A bomb is held to the reader's limits, not memory's. */
export async function* unzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // The reader sees what went wrong by reading.
  const gunzip = pipeline(Readable.from(source), createGunzip(), () => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array;
  } catch (fault) {
    const code = (fault as NodeJS.ErrnoException).code ?? "";
    throw NOT_GZIP.has(code) ? new UnreadableFile("not_gzip", fault) : fault;
  }
}

/** Files of one bucket. */
export const openFilesIn =
  ({ s3, bucket }: { s3: Pick<S3Client, "send">; bucket: string }): OpenFile =>
  async (key) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!(Body instanceof Readable)) throw new TypeError("S3 gave an object without a body");
    return unzipped(Body);
  };
