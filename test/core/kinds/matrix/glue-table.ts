import type { Call } from "../evaluate.ts";
import {
  ACCOUNT,
  allow,
  directly,
  KEY,
  type Matrix,
  OTHER_GRANT,
  OWN_GRANT,
  REGION,
  viaService,
} from "./kit.ts";

const glue = (rest: string) => `arn:aws:glue:${REGION}:${ACCOUNT}:${rest}`;
const CATALOG = glue("catalog");
const DATABASE = glue("database/sales");
const DEFAULT = glue("database/default");
const TABLE = glue("table/sales/orders");
const WORKGROUP = `arn:aws:athena:${REGION}:${ACCOUNT}:workgroup/agents`;
const settings = {
  location: "arn:aws:s3:::warehouse/sales/orders/*",
  workgroup: "agents",
  results: "arn:aws:s3:::results/agents/*",
};
const resource = { kind: "glue-table" as const, arn: TABLE, settings };
const keyed = { ...resource, settings: { ...settings, kmsKey: KEY } };

const actions = [
  ...["athena:GetQueryExecution", "athena:GetQueryResults"],
  ...["athena:StartQueryExecution", "athena:StopQueryExecution"],
  ...["glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable"],
  ...["s3:GetBucketLocation", "s3:GetObject"],
];
const reading = (...objects: string[]) =>
  allow(actions, [
    ...[WORKGROUP, CATALOG, DEFAULT, DATABASE, TABLE, "arn:aws:s3:::results"],
    ...objects.map((key) => `arn:aws:s3:::warehouse/${key}`),
    "arn:aws:s3:::results/agents/{grant}/*",
  ]);
const listing = (...prefixes: string[]) =>
  allow(["s3:ListBucket"], ["arn:aws:s3:::warehouse"], { StringLike: { "s3:prefix": prefixes } });
const keeping = allow(["s3:PutObject"], ["arn:aws:s3:::results/agents/{grant}/*"]);

const of = (action: string, on: Call["resource"], context: Call["context"] = {}): Call => ({
  action,
  resource: on,
  context,
});
const file = (key: string, bucket = "warehouse") => of("s3:GetObject", `arn:aws:s3:::${bucket}/${key}`);
const list = (prefix: string | undefined, bucket = "warehouse") =>
  of("s3:ListBucket", `arn:aws:s3:::${bucket}`, prefix === undefined ? {} : { "s3:prefix": prefix });
const put = (key: string, bucket = "results") => of("s3:PutObject", `arn:aws:s3:::${bucket}/${key}`);
const decrypt = (arn: string) => viaService("s3", "Decrypt", { "aws:s3:arn": arn });

const always: Call[] = [
  of("athena:StartQueryExecution", WORKGROUP),
  of("athena:GetQueryExecution", WORKGROUP),
  of("athena:GetQueryResults", WORKGROUP),
  of("athena:StopQueryExecution", WORKGROUP),
  of("glue:GetTable", [CATALOG, DATABASE, TABLE]),
  of("glue:GetPartitions", [CATALOG, DATABASE, TABLE]),
  of("glue:GetDatabase", [CATALOG, DATABASE]),
  of("glue:GetDatabase", [CATALOG, DEFAULT]),
  of("s3:GetBucketLocation", "arn:aws:s3:::results"),
  put(`agents/${OWN_GRANT}/q1.csv`),
  file(`agents/${OWN_GRANT}/q1.csv`, "results"),
];
const never: Call[] = [
  of("athena:ListQueryExecutions", WORKGROUP),
  of("athena:UpdateWorkGroup", WORKGROUP),
  of("athena:StartQueryExecution", WORKGROUP.replace("agents", "primary")),
  of("glue:GetTable", [CATALOG, DATABASE, glue("table/sales/customers")]),
  of("glue:GetTable", [CATALOG, glue("database/hr"), glue("table/hr/people")]),
  of("glue:GetTables", [CATALOG, DATABASE, TABLE]),
  of("glue:UpdateTable", [CATALOG, DATABASE, TABLE]),
  of("glue:DeleteTable", [CATALOG, DATABASE, TABLE]),
  of("lakeformation:GetDataAccess", "*"),
  // Another grant's results, and what a wider folder would be.
  file(`agents/${OTHER_GRANT}/q1.csv`, "results"),
  put(`agents/${OTHER_GRANT}/q1.csv`),
  file("agents/{grant}/q1.csv", "results"),
  put("agents/q1.csv"),
  put(`agents/${OWN_GRANT}`),
  put("sales/orders/month=2026-11/a.parquet", "warehouse"),
  list(`agents/${OWN_GRANT}/`, "results"),
  list(undefined),
  list("sales/"),
  file("sales/customers/a.parquet"),
  of("s3:DeleteObject", "arn:aws:s3:::warehouse/sales/orders/a.parquet"),
];

export const glueTable: Matrix = {
  compiled: [
    {
      ask: { ...resource, access: "read" },
      statements: [reading("sales/orders/*"), listing("sales/orders/*"), keeping],
      lines: [
        "query table orders of database sales in Athena's workgroup agents, as far as its files may be read",
        "read and list every file in bucket warehouse under sales/orders/",
        "keep the results of these queries in a folder of this grant's own",
      ],
    },
    {
      ask: { ...resource, access: "read", scope: { partitions: ["month=2026-11"] } },
      statements: [reading("sales/orders/month=2026-11/*"), listing("sales/orders/month=2026-11/*"), keeping],
      lines: [
        "query table orders of database sales in Athena's workgroup agents, as far as its files may be read",
        "read and list every file in bucket warehouse under sales/orders/month=2026-11/",
        "keep the results of these queries in a folder of this grant's own",
      ],
    },
    {
      ask: { ...keyed, access: "read" },
      statements: [
        reading("sales/orders/*"),
        listing("sales/orders/*"),
        keeping,
        allow(["kms:Decrypt"], [KEY], {
          StringEquals: { "kms:ViaService": [`s3.${REGION}.amazonaws.com`] },
          StringLike: {
            "kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::warehouse", settings.location],
          },
        }),
      ],
      lines: [
        "query table orders of database sales in Athena's workgroup agents, as far as its files may be read",
        "read and list every file in bucket warehouse under sales/orders/",
        "keep the results of these queries in a folder of this grant's own",
      ],
    },
  ],
  probes: [
    {
      ask: { ...resource, access: "read" },
      allowed: [...always, file("sales/orders/month=2026-10/a.parquet"), list("sales/orders/")],
      refused: never,
    },
    {
      ask: { ...resource, access: "read", scope: { partitions: ["month=2026-11"] } },
      allowed: [...always, file("sales/orders/month=2026-11/a.parquet"), list("sales/orders/month=2026-11/")],
      refused: [
        ...never,
        file("sales/orders/month=2026-10/a.parquet"),
        file("sales/orders/month=2026-110/a.parquet"),
        list("sales/orders/"),
      ],
    },
    {
      ask: { ...keyed, access: "read" },
      allowed: [decrypt("arn:aws:s3:::warehouse"), decrypt("arn:aws:s3:::warehouse/sales/orders/a")],
      refused: [
        decrypt("arn:aws:s3:::warehouse/hr/a"),
        directly(decrypt("arn:aws:s3:::warehouse")),
        viaService("s3", "GenerateDataKey", { "aws:s3:arn": "arn:aws:s3:::warehouse" }),
      ],
    },
  ],
  scopes: {
    refused: [
      { scope: {}, path: ["partitions"], reason: /expected array/ },
      { scope: { partitions: [] }, path: ["partitions"], reason: "must not be empty" },
      ...[
        "2026-11",
        "month=",
        "month=*",
        "month=a?",
        "../month=1",
        "month=1/..",
        "month=1//a=2",
        "Month=1",
      ].map((part) => ({
        scope: { partitions: [part] },
        path: ["partitions", 0],
        reason: /must|has a character/,
      })),
      { scope: { partitions: ["a=1"], columns: ["x"] }, path: [], reason: /Unrecognized key/ },
    ],
    accepted: [
      {
        scope: { partitions: ["month=2026-11/region=eu", "month=2026-10"] },
        canonical: { partitions: ["month=2026-10", "month=2026-11/region=eu"] },
      },
    ],
  },
  fits: [TABLE, "arn:aws:glue:{region}:{account}:table/sales/orders"],
  misfits: [CATALOG, DATABASE, glue("table/sales/*"), glue("table/sales"), glue("table/sales/orders/x")],
};
