import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { openS3 } from "../audit-store.ts";

/** An object as it was found: read later, it is this content or none. */
export type Found = { key: string; size: number; etag: string };
export type Content = AsyncIterable<Uint8Array> & { destroy?(): unknown };

/** What reading rows needs of a store of objects. */
export type Objects = {
  /** In the order of keys, after one. `more`: the list goes on. */
  list(where: { bucket: string; prefix: string; after?: string }): Promise<{ found: Found[]; more: boolean }>;
  find(where: { bucket: string; key: string }): Promise<Found | undefined>;
  /** Bytes from an offset, `to` not included. "changed": it is another content by now, or gone. */
  read(bucket: string, found: Found, range: { from: number; to?: number }): Promise<Content | "changed">;
};

const status = (fault: unknown): number | undefined =>
  fault instanceof S3ServiceException ? fault.$metadata.httpStatusCode : undefined;

export function openObjects(): Objects {
  const s3 = openS3();
  return {
    async list({ bucket, prefix, after }) {
      const answer = await s3.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(after ? { StartAfter: after } : {}) }),
      );
      const found = (answer.Contents ?? []).flatMap(({ Key, Size, ETag }) =>
        Key !== undefined && Size !== undefined && ETag ? [{ key: Key, size: Size, etag: ETag }] : [],
      );
      return { found, more: answer.IsTruncated === true };
    },
    async find({ bucket, key }) {
      try {
        const { ContentLength, ETag } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return ContentLength !== undefined && ETag ? { key, size: ContentLength, etag: ETag } : undefined;
      } catch (fault) {
        if (status(fault) === 404) return undefined;
        throw fault;
      }
    },
    async read(bucket, { key, etag }, { from, to }) {
      try {
        const { Body } = await s3.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: key,
            IfMatch: etag,
            Range: `bytes=${from}-${to === undefined ? "" : to - 1}`,
          }),
        );
        if (!Body) throw new Error("S3 gave no content");
        return Body as unknown as Content;
      } catch (fault) {
        if (status(fault) === 412 || status(fault) === 404) return "changed";
        throw fault;
      }
    },
  };
}
