import { GetObjectCommand, ListObjectsV2Command, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import type { Listed, Source } from "../../functions/core/audit/verify/source.ts";
import { CliError, exitCodes } from "../exit.ts";
import type { Target } from "../target.ts";

const ADDRESS = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;

/** Bucket and prefix of `s3://bucket/prefix`; the prefix ends with a slash, or is empty. */
export function bucketIn(address: string): { bucket: string; prefix: string } {
  const [, bucket, rest = ""] = ADDRESS.exec(address) ?? [];
  if (!bucket)
    throw new CliError(`${address} is no bucket: s3://bucket or s3://bucket/prefix`, exitCodes.usage);
  return { bucket, prefix: rest === "" || rest.endsWith("/") ? rest : `${rest}/` };
}

type Sender = Pick<S3Client, "send">;

/** The record where it is: listed page by page, and read an object at a time. It says when each was stored. */
export function bucketSource(s3: Sender, { bucket, prefix }: { bucket: string; prefix: string }): Source {
  async function* list(): AsyncGenerator<Listed> {
    let token: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ...(token ? { ContinuationToken: token } : {}),
        }),
      );
      for (const { Key, Size, LastModified } of page.Contents ?? [])
        if (Key)
          yield {
            key: Key.slice(prefix.length),
            bytes: Size ?? 0,
            ...(LastModified ? { storedAt: LastModified.toISOString() } : {}),
          };
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token);
  }
  return {
    list,
    async read(key, limit) {
      try {
        const { Body, ContentLength } = await s3.send(
          new GetObjectCommand({ Bucket: bucket, Key: `${prefix}${key}` }),
        );
        if ((ContentLength ?? 0) > limit) {
          await Body?.transformToWebStream().cancel();
          return "too_large";
        }
        return Body ? await Body.transformToByteArray() : "unreadable";
      } catch (fault) {
        if (fault instanceof S3ServiceException) return fault.name === "NoSuchKey" ? "missing" : "unreadable";
        throw fault;
      }
    },
  };
}

/** A local endpoint by name has no host per bucket, so that path style is needed. */
export const openBucket = ({ sdk }: Target): S3Client =>
  new S3Client({
    ...sdk,
    forcePathStyle: sdk.endpoint !== undefined || process.env.AWS_ENDPOINT_URL !== undefined,
  });
