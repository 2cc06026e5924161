import * as z from "zod";
import { hostIn, PLACE, partsOf } from "./arn.ts";
import { allow, canonicalSet, GRANT, type Kind, type Statement, type Target } from "./kind.ts";
import { keyUse, kmsKey } from "./kms.ts";
import { bucketOf, keyPart, prefixArn } from "./scopes.ts";

const scope = z
  .strictObject({
    partitions: z
      .array(keyPart.regex(/^[a-z0-9_]+=[^/]+(\/[a-z0-9_]+=[^/]+)*$/, "must be like month=2026-11/region=eu"))
      .min(1, "must not be empty")
      .max(10, "must name at most 10 partitions")
      .describe("folders of the table's location, like `month=2026-11/region=eu`"),
  })
  .transform(({ partitions }) => ({ partitions: canonicalSet(partitions) }));
type GlueScope = z.infer<typeof scope>;

const under = z.string().regex(prefixArn, "must be the ARN of a prefix: arn:aws:s3:::bucket/prefix/*");
const settings = z.strictObject({
  location: under.describe("where the table's files are: `arn:aws:s3:::bucket/prefix/*`"),
  workgroup: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,128}$/, "must be the name of a workgroup")
    .describe("the workgroup of Athena that queries run in"),
  results: under.describe("below this each grant has a folder of its own for results"),
  kmsKey: kmsKey.optional(),
});
type GlueTarget = Target<z.infer<typeof settings>>;

// What a SELECT does: https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
const GLUE = ["glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable"];
// By their ids only: ListQueryExecutions would tell everybody's in the workgroup.
const ATHENA = [
  "athena:GetQueryExecution",
  "athena:GetQueryResults",
  "athena:StartQueryExecution",
  "athena:StopQueryExecution",
];

const databaseAndTable = (arn: string): [string, string] => {
  const [, database = "", table = ""] = partsOf(arn).rest.split("/");
  return [database, table];
};

/** The ARNs by which Glue judges a call about a table: all of its ancestors too. */
function inCatalog(arn: string): { catalog: string; database: string; standard: string; table: string } {
  const of = arn.slice(0, arn.indexOf(":table/"));
  const [database] = databaseAndTable(arn);
  // Athena looks at the default database whichever it queries.
  // https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html#full-access-to-default-db-per-region
  const standard = `${of}:database/default`;
  return { catalog: `${of}:catalog`, database: `${of}:database/${database}`, standard, table: arn };
}

/** Where this grant's results go; GetQueryResults is answered only to those who may read them there. */
const ownResults = (results: string): string => `${results.slice(0, -1)}${GRANT}/*`;

function statements(target: GlueTarget, access: string, chosen: GlueScope | undefined): Statement[] {
  if (access !== "read") return [];
  const { location, workgroup, results, kmsKey: key } = target.settings;
  const { partition, region, account } = partsOf(target.arn);
  const { catalog, database, standard, table } = inCatalog(target.arn);
  const [data, answers] = [bucketOf(location), bucketOf(results)];
  const parts = chosen?.partitions.map((part) => `${data.prefix}${part}/*`) ?? [`${data.prefix}*`];
  const own = ownResults(results);
  // One statement: no action of one service can be asked of another's resource, and there are 2,048 characters in all.
  const reading = allow(
    [...ATHENA, ...GLUE, "s3:GetBucketLocation", "s3:GetObject"],
    [
      `arn:${partition}:athena:${region}:${account}:workgroup/${workgroup}`,
      ...canonicalSet([catalog, standard, database, table]),
      answers.bucketArn,
      ...parts.map((part) => `${data.bucketArn}/${part}`),
      own,
    ],
  );
  const context = { "aws:s3:arn": canonicalSet([data.bucketArn, location]) };
  return [
    reading,
    allow(["s3:ListBucket"], [data.bucketArn], { StringLike: { "s3:prefix": parts } }),
    allow(["s3:PutObject"], [own]),
    ...(key ? [keyUse(key, { actions: ["kms:Decrypt"], service: "s3", context })] : []),
  ];
}

/** A table of the Glue Data Catalog, queried through Athena. The ARN is `arn:aws:glue:…:table/database/table`. */
export const glueTable: Kind<GlueScope, z.infer<typeof settings>> = {
  title: "A Glue table, through Athena",
  scope,
  settings,
  arn: new RegExp(`^arn:[a-z-]+:glue:${PLACE}:table/[a-z0-9_-]{1,255}/[a-z0-9_-]{1,255}$`),
  actions: {
    read: [...ATHENA, ...GLUE, "s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:PutObject"],
  },
  references: [
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonathena.html",
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsglue.html",
  ],
  statements,
  describe(target, _access, chosen) {
    const [database, table] = databaseAndTable(target.arn);
    const { location, workgroup } = target.settings;
    const { bucket, prefix } = bucketOf(location);
    const folders = chosen?.partitions.map((part) => `${prefix}${part}/`) ?? [prefix];
    return [
      `query table ${table} of database ${database} in Athena's workgroup ${workgroup}, as far as its files may be read`,
      ...folders.map((folder) => `read and list every file in bucket ${bucket} under ${folder}`),
      "keep the results of these queries in a folder of this grant's own",
    ];
  },
  data: ({ settings: { location, results } }) => [location, ownResults(results)],
  // Athena has no resource policies; the Glue catalog's can open descriptions, never the data.
  coarse: {
    athena: { action: "athena:*", resource: "arn:*:athena:*" },
    glue: { action: "glue:Get*", resource: "arn:*:glue:*" },
  },
  // Partitions stand in the place of the whole location.
  room: 200,
  probe({ arn }) {
    const [DatabaseName, Name] = databaseAndTable(arn);
    const { catalog, database, table } = inCatalog(arn);
    return {
      statement: allow(["glue:GetTable"], [catalog, database, table]),
      request: {
        service: "glue",
        host: hostIn(arn, "glue"),
        method: "POST",
        path: "/",
        headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AWSGlue.GetTable" },
        body: JSON.stringify({ DatabaseName, Name }),
      },
    };
  },
  examples: [
    {
      arn: "arn:aws:glue:{region}:{account}:table/sales/orders",
      settings: {
        location: "arn:aws:s3:::warehouse/sales/orders/*",
        workgroup: "agents",
        results: "arn:aws:s3:::query-results/agents/*",
      },
      access: "read",
      scope: { partitions: ["month=2026-11"] },
    },
  ],
  notes: [
    "The agent sets `ResultConfiguration.OutputLocation` to `s3://<results>/<grant id>/` in each query: there is no other place that it may write to.",
    "The workgroup must not override the client's settings (`EnforceWorkGroupConfiguration: false`), or results go where no grant may read them.",
    "Nor may Athena keep the workgroup's results itself (managed query results): those are in no folder of a grant's own.",
    "IAM holds no columns: use masked reads for those. Partitions are held by their files; the table's description is seen whole.",
    "Tables that Lake Formation governs need `lakeformation:GetDataAccess`, which knows no resource; they are not supported.",
    "Results are kept until the bucket's own lifecycle removes them.",
  ],
};
