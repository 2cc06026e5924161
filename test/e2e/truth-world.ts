import { AthenaClient, CreateWorkGroupCommand } from "@aws-sdk/client-athena";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Answer, askAthena } from "../../client/audit/athena.ts";
import { signedFetch } from "../../functions/aws/signed-fetch.ts";
import { columns, eventsTable, partition } from "../../functions/core/audit/columns.ts";
import { type QueryValues, renderQuery } from "../../functions/core/audit/named-queries.ts";
import { usageColumns, usageTable } from "../../functions/core/audit/usage.ts";
import { adminConfig } from "../../local/identities.ts";
import { instancePaths } from "../../local/paths.ts";
import { startServer, stopServer } from "../../local/server.ts";
import type { Stored } from "../history/objects.ts";

const WORKGROUP = "truth";
/** A bare server of its own: nothing of the app is on it, and no other test notices. */
const PATHS = instancePaths({ LATCHKEY_HOME: ".latchkey/truth" });

type ColumnOf = { name: string; type: string };
const tableInput = (bucket: string, name: string, cols: readonly ColumnOf[]) => ({
  Name: name,
  TableType: "EXTERNAL_TABLE",
  PartitionKeys: [{ Name: partition.name, Type: partition.type }],
  Parameters: { classification: "parquet" },
  StorageDescriptor: {
    Columns: cols.map(({ name: Name, type: Type }) => ({ Name, Type })),
    Location: `s3://${bucket}/${name}/`,
    InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    OutputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    SerdeInfo: { SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
  },
});

export async function openTruthWorld() {
  const server = await startServer(PATHS);
  const config = adminConfig(server);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const athena = new AthenaClient(config);

  async function glue(action: string, input: unknown): Promise<void> {
    const answer = await signedFetch({
      url: new URL(`${server.endpoint}/`),
      method: "POST",
      service: "glue",
      region: config.region,
      credentials: config.credentials,
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AWSGlue.${action}` },
      body: JSON.stringify(input),
    });
    if (!answer.ok) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
  }

  await s3.send(new CreateBucketCommand({ Bucket: "results" }));
  await athena.send(
    new CreateWorkGroupCommand({
      Name: WORKGROUP,
      Configuration: { ResultConfiguration: { OutputLocation: "s3://results/" } },
    }),
  );

  return {
    /** Puts objects into a bucket of their own, and the two tables over it into a database of their own. */
    async keep(database: string, objects: readonly Stored[]): Promise<void> {
      const bucket = database.replaceAll("_", "-");
      await s3.send(new CreateBucketCommand({ Bucket: bucket }));
      for (const { key, bytes } of objects)
        await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
      await glue("CreateDatabase", { DatabaseInput: { Name: database } });
      for (const [name, cols] of [
        [eventsTable.name, columns],
        [usageTable.name, usageColumns],
      ] as const)
        await glue("CreateTable", { DatabaseName: database, TableInput: tableInput(bucket, name, cols) });
    },
    async add(database: string, { key, bytes }: Stored): Promise<void> {
      await s3.send(new PutObjectCommand({ Bucket: database.replaceAll("_", "-"), Key: key, Body: bytes }));
    },
    ask(database: string, name: string, values: QueryValues): Promise<Answer> {
      const sql = renderQuery(name, values).replaceAll(`${eventsTable.database}.`, `${database}.`);
      return askAthena(athena, { sql, database, workgroup: WORKGROUP });
    },
    async close(): Promise<void> {
      s3.destroy();
      athena.destroy();
      await stopServer(PATHS);
    },
  };
}
