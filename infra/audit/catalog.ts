import { Stack } from "aws-cdk-lib";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { columns, eventsTable, partition } from "../../functions/core/audit/columns.ts";

/** No event is older than the product. */
const FIRST_DAY = "2026-01-01";

const PARQUET = {
  inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  serdeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
};

/** The record as a table: columns from the code that writes it, days projected so that no crawler has to find them. */
export class AuditCatalog extends Construct {
  readonly databaseName = eventsTable.database;

  constructor(scope: Construct, id: string, bucket: IBucket) {
    super(scope, id);
    const catalogId = Stack.of(this).account;
    const database = new CfnDatabase(this, "Database", {
      catalogId,
      databaseInput: { name: eventsTable.database, description: "Latchkey: the audit record" },
    });
    const location = `s3://${bucket.bucketName}/events/`;
    const events = new CfnTable(this, "Events", {
      catalogId,
      databaseName: eventsTable.database,
      tableInput: {
        name: eventsTable.name,
        description: "One row an event; the same event may be there twice, so take each event_id once",
        tableType: "EXTERNAL_TABLE",
        partitionKeys: [partition],
        storageDescriptor: {
          ...PARQUET,
          columns: columns.map(({ name, type }) => ({ name, type })),
          location,
        },
        // https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html#partition-projection-date-type
        parameters: {
          classification: "parquet",
          "projection.enabled": "true",
          [`projection.${partition.name}.type`]: "date",
          [`projection.${partition.name}.format`]: "yyyy-MM-dd",
          [`projection.${partition.name}.range`]: `${FIRST_DAY},NOW+1DAYS`,
          [`projection.${partition.name}.interval`]: "1",
          [`projection.${partition.name}.interval.unit`]: "DAYS",
          "storage.location.template": `${location}${partition.name}=\${${partition.name}}/`,
        },
      },
    });
    events.addResourceDependency(database);
  }
}
