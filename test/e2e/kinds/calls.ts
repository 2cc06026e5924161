import type { Ask } from "../../../functions/core/kinds/registry.ts";
import { ACCOUNT, BUCKETS, local } from "../world.ts";
import { json, type Request } from "./session.ts";

export const GRANT = "aaaabbbbccccdddd";
const OTHER_GRANT = "bbbbccccddddeeee";
const WAREHOUSE = `latchkey-example-warehouse-${ACCOUNT}`;
const RESULTS = `latchkey-example-results-${ACCOUNT}`;
/** Made by the test beside the example company's own. */
export const BESIDE = {
  table: "kinds-e2e",
  secret: "kinds-e2e",
  parameter: "/kinds-e2e/x",
  index: "by-plan",
};

type Calls = Record<string, () => Request>;
/** Real calls of one session. `cannot`: allowed by AWS's rules, and refused here since the local AWS does not know the resource. */
export type Row = { ask: Ask; allowed: Calls; refused: Calls; cannot?: Calls };

const region = () => local().region;
const get = (bucket: string, key: string) => (): Request => ({
  service: "s3",
  method: "GET",
  path: `/${bucket}/${key}`,
});
const list = (bucket: string, prefix?: string) => (): Request => ({
  ...{ service: "s3", method: "GET", path: `/${bucket}` },
  query: { "list-type": "2", ...(prefix === undefined ? {} : { prefix }) },
});
// PUT is not among the methods of probes, which only look.
const put = (bucket: string, key: string) => () =>
  ({ service: "s3", method: "PUT", path: `/${bucket}/${key}`, body: "x" }) as unknown as Request;
const dynamo = (action: string, body: object) => () =>
  json("dynamodb", `DynamoDB_20120810.${action}`, body, "1.0");
const secrets = (action: string, body: object) => () =>
  json("secretsmanager", `secretsmanager.${action}`, body);
const ssm = (action: string, body: object) => () => json("ssm", `AmazonSSM.${action}`, body);
const athena = (action: string, body: object) => () => json("athena", `AmazonAthena.${action}`, body);
const glue = (action: string, body: object) => () => json("glue", `AWSGlue.${action}`, body);
const bedrock = (path: string, body?: object) => (): Request => ({
  service: "bedrock",
  method: body ? "POST" : "GET",
  path,
  ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
});
const query = (workgroup: string, folder: string) =>
  athena("StartQueryExecution", {
    QueryString: "SELECT claim_type, claims AS n FROM northwind.claims_by_month",
    WorkGroup: workgroup,
    ResultConfiguration: { OutputLocation: `s3://${RESULTS}/agents/${folder}/` },
  });
/** A query whose results go to a grant's folder, and the file that they come to. */
export const startQuery = (grant: string): Request => query("northwind-agents", grant)();
export const resultsAt = (grant: string, execution: string): Request =>
  // On AWS it is `<execution>.csv` in the folder; the local AWS makes a folder of that name too.
  get(RESULTS, `agents/${grant}/${execution}.csv/${execution}.csv`)();
export const invoke = (model: string): Request => bedrock(`/model/${model}/invoke`, { messages: [] })();

const key = { id: { S: "c1" } };
const named = { ProjectionExpression: "id", Select: "SPECIFIC_ATTRIBUTES" };

/** What the matrix of `test/core/kinds` says, as calls that the local AWS answers. Built late: regions are known then. */
export function rows(): Row[] {
  const arn = (service: string, rest: string, account = ACCOUNT) =>
    `arn:aws:${service}:${region()}:${account}:${rest}`;
  const table = (name: string) => arn("dynamodb", `table/${name}`);
  const besideTable = { kind: "dynamodb-table" as const, arn: table(BESIDE.table) };
  const indexed = { ...besideTable, settings: { indexes: [BESIDE.index] } };
  const asks = { IndexName: BESIDE.index, KeyConditionExpression: "#p = :p" };
  const byPlan = {
    ...{ TableName: BESIDE.table, ...asks, ExpressionAttributeNames: { "#p": "plan" } },
    ExpressionAttributeValues: { ":p": { S: "gold" } },
  };
  const model = arn("bedrock", "foundation-model/amazon.nova-lite-v1:0", "");
  return [
    {
      ask: {
        kind: "s3-prefix",
        arn: `arn:aws:s3:::${BUCKETS.training}/support/*`,
        access: "read",
        scope: { prefix: "2026/03/" },
      },
      allowed: {
        "an object": get(BUCKETS.training, "support/2026/03/none"),
        list: list(BUCKETS.training, "support/2026/03/"),
      },
      refused: {
        "another month": get(BUCKETS.training, "support/2026/02/part-000.jsonl"),
        "another folder": get(BUCKETS.training, "manifests/2026-03-28.json"),
        "another bucket": get(BUCKETS.production, "docs/household.md"),
        "a list of a wider prefix": list(BUCKETS.training, "support/"),
        "a list of all": list(BUCKETS.training),
        "a write": put(BUCKETS.training, "support/2026/03/new"),
        "what buckets there are": () => ({ service: "s3", method: "GET", path: "/" }),
      },
    },
    {
      ask: {
        kind: "s3-prefix",
        arn: `arn:aws:s3:::${BUCKETS.training}/manifests/*`,
        access: "write",
        scope: { keys: ["kinds-e2e.json"] },
      },
      allowed: { "its key": put(BUCKETS.training, "manifests/kinds-e2e.json") },
      refused: {
        "a longer key": put(BUCKETS.training, "manifests/kinds-e2e.json.bak"),
        "reading it": get(BUCKETS.training, "manifests/kinds-e2e.json"),
        "a list": list(BUCKETS.training, "manifests/"),
      },
    },
    {
      ask: { ...indexed, access: "read" },
      allowed: {
        "an item": dynamo("GetItem", { TableName: BESIDE.table, Key: key }),
        "a scan": dynamo("Scan", { TableName: BESIDE.table }),
        "its index": dynamo("Query", byPlan),
      },
      refused: {
        "another table": dynamo("Scan", { TableName: "latchkey-example-customers" }),
        "a write": dynamo("PutItem", { TableName: BESIDE.table, Item: key }),
        "deleting it": dynamo("DeleteTable", { TableName: BESIDE.table }),
      },
    },
    {
      ask: { ...indexed, access: "read", scope: { index: BESIDE.index } },
      allowed: { "its index": dynamo("Query", byPlan) },
      refused: {
        "the table": dynamo("Query", {
          ...{ TableName: BESIDE.table, KeyConditionExpression: "id = :i" },
          ExpressionAttributeValues: { ":i": { S: "c1" } },
        }),
        "an item": dynamo("GetItem", { TableName: BESIDE.table, Key: key }),
      },
    },
    {
      ask: { ...besideTable, access: "read", scope: { attributes: ["id"] } },
      allowed: {
        "the attribute": dynamo("GetItem", { TableName: BESIDE.table, Key: key, ProjectionExpression: "id" }),
      },
      refused: {
        "every attribute": dynamo("GetItem", { TableName: BESIDE.table, Key: key }),
        "another attribute": dynamo("GetItem", {
          TableName: BESIDE.table,
          Key: key,
          ProjectionExpression: "id, plan",
        }),
        "a scan": dynamo("Scan", { TableName: BESIDE.table, ...named }),
      },
    },
    {
      ask: { ...besideTable, access: "read", scope: { leadingKeys: ["c1"] } },
      allowed: {},
      refused: { "a scan": dynamo("Scan", { TableName: BESIDE.table }) },
      // `dynamodb:LeadingKeys` is in no request here, and what is not there is refused.
      cannot: { "its own item": dynamo("GetItem", { TableName: BESIDE.table, Key: key }) },
    },
    {
      ask: {
        kind: "secret",
        arn: arn("secretsmanager", "secret:latchkey-example-crm-token"),
        access: "read",
      },
      allowed: { "its value": secrets("GetSecretValue", { SecretId: "latchkey-example-crm-token" }) },
      refused: {
        "another secret": secrets("GetSecretValue", { SecretId: BESIDE.secret }),
        "a write": secrets("PutSecretValue", { SecretId: "latchkey-example-crm-token", SecretString: "x" }),
        "what secrets there are": secrets("ListSecrets", {}),
        "several at once": secrets("BatchGetSecretValue", { SecretIdList: ["latchkey-example-crm-token"] }),
      },
    },
    {
      ask: {
        kind: "parameter",
        arn: arn("ssm", "parameter/latchkey-example-runs/*"),
        access: "read",
        scope: { names: ["learning-rate"] },
      },
      allowed: { "the parameter": ssm("GetParameter", { Name: "/latchkey-example-runs/learning-rate" }) },
      refused: {
        "its neighbour": ssm("GetParameter", { Name: "/latchkey-example-runs/epochs" }),
        elsewhere: ssm("GetParameter", { Name: BESIDE.parameter }),
        "a write": ssm("PutParameter", {
          ...{ Name: "/latchkey-example-runs/learning-rate", Value: "1" },
          Overwrite: true,
        }),
        "the whole path": ssm("GetParametersByPath", { Path: "/latchkey-example-runs" }),
      },
      // Asked of `*` here.
      cannot: { several: ssm("GetParameters", { Names: ["/latchkey-example-runs/learning-rate"] }) },
    },
    {
      ask: {
        kind: "glue-table",
        arn: arn("glue", "table/northwind/claims_by_month"),
        settings: {
          location: `arn:aws:s3:::${WAREHOUSE}/claims_by_month/*`,
          workgroup: "northwind-agents",
          results: `arn:aws:s3:::${RESULTS}/agents/*`,
        },
        access: "read",
        scope: { partitions: ["month=2026-03"] },
      },
      allowed: {
        "a query": query("northwind-agents", GRANT),
        "the table": glue("GetTable", { DatabaseName: "northwind", Name: "claims_by_month" }),
        "a file": get(WAREHOUSE, "claims_by_month/month=2026-03/counts.csv"),
        "a list": list(WAREHOUSE, "claims_by_month/month=2026-03/"),
        "its results": get(RESULTS, `agents/${GRANT}/none.csv`),
      },
      refused: {
        "another workgroup": query("primary", GRANT),
        "another database": glue("GetTable", { DatabaseName: "latchkey_audit", Name: "events" }),
        "changing the table": glue("DeleteTable", { DatabaseName: "northwind", Name: "claims_by_month" }),
        "another month": get(WAREHOUSE, "claims_by_month/month=2026-02/counts.csv"),
        "another grant's results": get(RESULTS, `agents/${OTHER_GRANT}/none.csv`),
        "writing there": put(RESULTS, `agents/${OTHER_GRANT}/none.csv`),
        "writing data": put(WAREHOUSE, "claims_by_month/month=2026-03/more.csv"),
        "everybody's queries": athena("ListQueryExecutions", { WorkGroup: "northwind-agents" }),
      },
      // Asked of `*`, and of a table instead of the database.
      cannot: {
        "the database": glue("GetDatabase", { Name: "northwind" }),
        "how a query is": athena("GetQueryExecution", { QueryExecutionId: "q" }),
        "what it found": athena("GetQueryResults", { QueryExecutionId: "q" }),
      },
    },
    {
      ask: { kind: "bedrock-model", arn: model, access: "invoke" },
      allowed: { "the model": bedrock("/model/amazon.nova-lite-v1:0/invoke", { messages: [] }) },
      refused: {
        "another model": bedrock("/model/amazon.nova-pro-v1:0/invoke", { messages: [] }),
        "what models there are": bedrock("/foundation-models"),
      },
    },
    {
      ask: {
        kind: "bedrock-knowledge-base",
        arn: arn("bedrock", "knowledge-base/KBASE12345"),
        access: "read",
      },
      allowed: {
        "a search": bedrock("/knowledgebases/KBASE12345/retrieve", { retrievalQuery: { text: "x" } }),
      },
      refused: {
        "another one": bedrock("/knowledgebases/KBASE99999/retrieve", { retrievalQuery: { text: "x" } }),
        "its description": bedrock("/knowledgebases/KBASE12345"),
      },
    },
    {
      ask: { kind: "bedrock-prompt", arn: arn("bedrock", "prompt/PROMPT1234"), access: "read" },
      allowed: { "the prompt": bedrock("/prompts/PROMPT1234/") },
      refused: {
        "another prompt": bedrock("/prompts/PROMPT9999/"),
        "a model": bedrock("/model/m/invoke", {}),
      },
    },
  ];
}
