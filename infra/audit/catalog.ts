import { Stack } from "aws-cdk-lib";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import {
  type ColumnType,
  columns,
  eventsTable,
  FIRST_DAY,
  partition,
} from "../../functions/core/audit/columns.ts";
import { type View, views } from "../../functions/core/audit/queries/views.ts";
import { usageColumns, usageTable } from "../../functions/core/audit/usage.ts";
import { targetOf } from "../local.ts";

const PARQUET = {
  inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  serdeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
};

const prestoTypes: Record<ColumnType, string> = {
  string: "varchar",
  bigint: "bigint",
  int: "integer",
  boolean: "boolean",
  timestamp: "timestamp(3)",
};

type TableOf = { name: string; description: string; columns: readonly { name: string; type: string }[] };

/** The record as tables: columns from the code that writes it, days projected so that no crawler has to find them. */
export class AuditCatalog extends Construct {
  readonly databaseName = eventsTable.database;
  private readonly database: CfnDatabase;
  private readonly catalogId = Stack.of(this).account;

  constructor(scope: Construct, id: string, bucket: IBucket) {
    super(scope, id);
    this.database = new CfnDatabase(this, "Database", {
      catalogId: this.catalogId,
      databaseInput: { name: eventsTable.database, description: "Latchkey: the audit record" },
    });
    this.daily("Events", bucket, {
      name: eventsTable.name,
      description: "One row an event; the same event may be there twice, so take each event_id once",
      columns,
    });
    this.daily("Usage", bucket, {
      name: usageTable.name,
      description:
        "One row a call that CloudTrail saw; the same call may be there twice, so take each usage_id once",
      columns: usageColumns,
    });
    if (targetOf(this).views) for (const view of views) this.view(view);
  }

  private daily(id: string, bucket: IBucket, { name, description, columns: of }: TableOf): void {
    const location = `s3://${bucket.bucketName}/${name}/`;
    new CfnTable(this, id, {
      catalogId: this.catalogId,
      databaseName: eventsTable.database,
      tableInput: {
        name,
        description,
        tableType: "EXTERNAL_TABLE",
        partitionKeys: [partition],
        storageDescriptor: { ...PARQUET, columns: of.map(({ name, type }) => ({ name, type })), location },
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
    }).addResourceDependency(this.database);
  }

  /** As Athena itself keeps a view in Glue: the Presto view as JSON, in base64, inside a comment. */
  private view({ name, description, columns: of, sql }: View): void {
    const presto = {
      originalSql: sql,
      catalog: "awsdatacatalog",
      schema: eventsTable.database,
      columns: of.map(({ name, type }) => ({ name, type: prestoTypes[type] })),
    };
    new CfnTable(this, `View-${name}`, {
      catalogId: this.catalogId,
      databaseName: eventsTable.database,
      tableInput: {
        name,
        description,
        tableType: "VIRTUAL_VIEW",
        parameters: { presto_view: "true", comment: "Presto View" },
        storageDescriptor: { columns: of.map(({ name, type }) => ({ name, type })), location: "" },
        viewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(presto)).toString("base64")} */`,
        viewExpandedText: "/* Presto View */",
      },
    }).addResourceDependency(this.database);
  }
}
