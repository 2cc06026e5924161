import { PutObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";

const TRIES = 5;
const PAUSE_MS = 100;

/** Adds one object; "exists" when its key was there already, with the content that its name tells. */
export type Put = (key: string, bytes: Uint8Array) => Promise<"stored" | "exists">;

type Sender = { send(command: PutObjectCommand): Promise<unknown> };
export type StoreDeps = { s3: Sender; bucket: string; pause: (ms: number) => Promise<void> };

const statusOf = (fault: unknown): number | undefined =>
  fault instanceof S3ServiceException ? fault.$metadata.httpStatusCode : undefined;

/**
 * Adds objects, and never replaces one. 412 says that the key is there, which is as good as having written it; 409 that
 * another write of the key is under way, and that one should try again:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 * The SDK retries neither. S3 checks the SHA-256 on arrival and keeps it beside the object.
 */
export function storeIn({ s3, bucket, pause }: StoreDeps): Put {
  return async (key, bytes) => {
    for (let tries = 1; ; tries += 1) {
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: bytes,
            ContentType: key.endsWith(".json") ? "application/json" : "application/vnd.apache.parquet",
            ChecksumAlgorithm: "SHA256",
            IfNoneMatch: "*",
          }),
        );
        return "stored";
      } catch (fault) {
        const status = statusOf(fault);
        if (status === 412) return "exists";
        if (status !== 409 || tries === TRIES) throw fault;
        await pause(PAUSE_MS * 2 ** tries);
      }
    }
  };
}

/** A client for S3. A local endpoint by name has no host per bucket, so that path style is needed. */
export const openS3 = (): S3Client =>
  new S3Client({ forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
