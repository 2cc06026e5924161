import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { withAccess } from "latchkey";

// Counts the lines of one conversation. Access is asked for, used, and given back, also if something in here throws.
const lines = await withAccess(
  {
    resource: "support-conversations",
    access: "read",
    window: "1m",
    purpose: "count lines of a conversation",
  },
  async (credentials, grant) => {
    console.error(`grant ${grant.id} until ${grant.window.endsAt}`);
    const s3 = new S3Client({ credentials });
    const Bucket = process.env.BUCKET;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "support/" }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: Contents[0]?.Key }));
    return (await Body?.transformToString())?.split("\n").length;
  },
);
console.log(lines);
