// A program that knows nothing of Latchkey: the AWS SDK finds credentials where it always does.
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";

const [how, Bucket, Prefix] = process.argv.slice(2);
// Path style for the local AWS, which has no host name for each bucket.
const s3 = new S3Client({ forcePathStyle: true });

try {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  for (const { Key } of Contents) {
    if (how === "list") console.log(Key);
    else {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      console.log(`${Key}: ${(await Body?.transformToString())?.split("\n")[0]}`);
    }
  }
} catch (error) {
  console.error(`${(error as Error).name}: ${(error as Error).message}`);
  process.exitCode = 1;
}
