import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { fromLatchkey } from "latchkey";

const access = fromLatchkey({
  resource: "support-conversations",
  access: "list",
  window: "30m",
  purpose: "watch for new conversations",
});
try {
  // A client like any other: the first request asks, and the one after the window asks again.
  const s3 = new S3Client({ credentials: access });
  const list = new ListObjectsV2Command({ Bucket: process.env.BUCKET, Prefix: "support/" });
  const { KeyCount } = await s3.send(list);
  console.log(KeyCount);
} finally {
  await access.release();
}
