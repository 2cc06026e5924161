import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";

export type Admin = {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};
type Image = Record<string, { S?: string }>;
type StreamRecord = { dynamodb?: { NewImage?: Image; OldImage?: Image } };

/** One signed call of DynamoDB's JSON protocol: two dozen lines instead of another SDK client. */
async function call<T>(admin: Admin, operation: string, input: object): Promise<T> {
  const { hostname, host, port, protocol } = new URL(admin.endpoint);
  const body = JSON.stringify(input);
  const headers = {
    host,
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": `DynamoDBStreams_20120810.${operation}`,
  };
  const signer = new SignatureV4({ ...admin, service: "dynamodb", sha256: Sha256 });
  const { headers: signed } = await signer.sign(
    new HttpRequest({ method: "POST", protocol, hostname, port: Number(port), path: "/", headers, body }),
  );
  const answer = await fetch(admin.endpoint, { method: "POST", headers: signed, body });
  if (!answer.ok) throw new Error(`${operation}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Every record that the streams of a table still hold, from the oldest on. */
export async function* readStream(admin: Admin, TableName: string): AsyncGenerator<StreamRecord> {
  const { Streams = [] } = await call<{ Streams?: { StreamArn: string }[] }>(admin, "ListStreams", {
    TableName,
  });
  for (const { StreamArn } of Streams) {
    const { StreamDescription } = await call<{ StreamDescription: { Shards?: { ShardId: string }[] } }>(
      admin,
      "DescribeStream",
      { StreamArn },
    );
    for (const { ShardId } of StreamDescription.Shards ?? []) {
      const from = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" };
      let { ShardIterator } = await call<{ ShardIterator?: string }>(admin, "GetShardIterator", from);
      // An open shard has no end: its end, for us, is a page without records.
      for (let more = true; more && ShardIterator; ) {
        const page: { Records?: StreamRecord[]; NextShardIterator?: string } = await call(
          admin,
          "GetRecords",
          {
            ShardIterator,
          },
        );
        yield* page.Records ?? [];
        more = (page.Records ?? []).length > 0;
        ShardIterator = page.NextShardIterator;
      }
    }
  }
}
