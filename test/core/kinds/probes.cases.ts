import type { Call } from "./evaluate.ts";
import { matrices } from "./matrix/all.ts";
import type { Probes } from "./matrix/kit.ts";
import { DYNAMO, S3, TABLE } from "./statements.cases.ts";

export const ENDS_AT = "2026-11-21T10:00:00Z";

const get = (key: string, bucket = "data"): Call => ({
  action: "s3:GetObject",
  resource: `arn:aws:s3:::${bucket}/${key}`,
});
const put = (key: string): Call => ({ ...get(key), action: "s3:PutObject" });
const list = (prefix?: string, bucket = "data"): Call => ({
  action: "s3:ListBucket",
  resource: `arn:aws:s3:::${bucket}`,
  context: prefix === undefined ? {} : { "s3:prefix": prefix },
});
const item = (action: string, keys?: string[], more: Call["context"] = {}, table = TABLE): Call => ({
  action: `dynamodb:${action}`,
  resource: table,
  context: { ...(keys ? { "dynamodb:LeadingKeys": keys } : {}), ...more },
});
const attributes = (...names: string[]) => ({ "dynamodb:Attributes": names });

/** What no session may ever do, whatever was asked, though a resource policy may offer it (I-36). */
export const never: Call[] = [
  { action: "sts:AssumeRole", resource: "arn:aws:iam::000000000000:role/other" },
  { action: "sts:GetFederationToken", resource: "*" },
  { action: "iam:CreateAccessKey", resource: "arn:aws:iam::000000000000:user/x" },
  { action: "iam:PutRolePolicy", resource: "arn:aws:iam::000000000000:role/latchkey-access-production-data" },
  { action: "iam:PassRole", resource: "*" },
  { action: "kms:CreateGrant", resource: "arn:aws:kms:eu-west-1:000000000000:key/1" },
  { action: "kms:Decrypt", resource: "arn:aws:kms:us-east-1:000000000000:key/1" },
  { action: "lambda:InvokeFunction", resource: "arn:aws:lambda:eu-west-1:000000000000:function:f" },
  { action: "s3:PutBucketPolicy", resource: "arn:aws:s3:::data" },
  { action: "s3:DeleteObject", resource: "arn:aws:s3:::data/claims/2026/a.csv" },
  { action: "s3:GetObjectVersion", resource: "arn:aws:s3:::data/claims/2026/a.csv" },
  { action: "s3:ListAllMyBuckets", resource: "*" },
  { action: "dynamodb:DeleteTable", resource: TABLE },
  { action: "dynamodb:PartiQLSelect", resource: TABLE },
  { action: "dynamodb:GetRecords", resource: `${TABLE}/stream/x` },
  // What a kind does do, elsewhere.
  { action: "s3:GetObject", resource: "arn:aws:s3:::elsewhere/a.csv" },
  { action: "s3:PutObject", resource: "arn:aws:s3:::elsewhere/a.csv" },
  { action: "s3:ListBucket", resource: "arn:aws:s3:::elsewhere", context: { "s3:prefix": "claims/" } },
  { action: "dynamodb:GetItem", resource: `${TABLE}-elsewhere`, context: { "dynamodb:LeadingKeys": ["c1"] } },
  {
    action: "secretsmanager:GetSecretValue",
    resource: "arn:aws:secretsmanager:eu-west-1:000000000000:secret:elsewhere-AbC123",
  },
  { action: "bedrock:InvokeModel", resource: "arn:aws:bedrock:eu-west-1::foundation-model/elsewhere" },
  { action: "ssm:GetParameter", resource: "arn:aws:ssm:eu-west-1:000000000000:parameter/elsewhere" },
];

const whole = item("Scan");

export const probes: Probes[] = [
  ...Object.values(matrices).flatMap((matrix) => matrix.probes),
  {
    ask: { ...S3, access: "read" },
    allowed: [get("claims/2026/a.csv"), get("claims/"), list("claims/"), list("claims/2026/")],
    refused: [
      get("claims"),
      get("claims-old/a.csv"),
      get("other/a.csv"),
      list(),
      list(""),
      list("claim"),
      put("claims/a"),
    ],
  },
  {
    ask: { ...S3, access: "read", scope: { prefix: "2026/" } },
    allowed: [
      get("claims/2026/a.csv"),
      get("claims/2026/../a"),
      list("claims/2026/"),
      list("claims/2026/03/"),
    ],
    refused: [
      get("claims/2025/a.csv"),
      get("claims/2026"),
      get("2026/a.csv"),
      get("claims/2026/a.csv", "data-2"),
      list("claims/"),
      list("claims/2026"),
      list(),
      list("claims/2026/", "data-2"),
      put("claims/2026/a.csv"),
    ],
  },
  {
    ask: { ...S3, access: "read", scope: { keys: ["2026", "a.csv"] } },
    allowed: [get("claims/2026"), get("claims/a.csv")],
    refused: [
      get("claims/2026/a.csv"),
      get("claims/a.csv.bak"),
      get("claims/b.csv"),
      list("claims/2026"),
      list("claims/a.csv"),
    ],
  },
  {
    ask: { ...S3, access: "list", scope: { prefix: "2026/" } },
    allowed: [list("claims/2026/")],
    refused: [get("claims/2026/a.csv"), list("claims/2025/"), list()],
  },
  {
    ask: { ...S3, access: "write", scope: { prefix: "out/" } },
    allowed: [put("claims/out/m.json"), { ...put("claims/out/m.json"), action: "s3:AbortMultipartUpload" }],
    refused: [put("claims/in/m.json"), put("claims/out"), get("claims/out/m.json"), list("claims/out/")],
  },
  {
    ask: { ...DYNAMO, access: "read" },
    allowed: [item("GetItem", ["c1"]), whole, item("Query", ["c9"]), item("DescribeTable")],
    refused: [
      item("PutItem", ["c1"]),
      item("Scan", undefined, {}, `${TABLE}-2`),
      item("Query", ["c1"], {}, `${TABLE}/index/i`),
    ],
  },
  {
    ask: { ...DYNAMO, access: "read", scope: { leadingKeys: ["c1", "c2"] } },
    allowed: [item("GetItem", ["c1"]), item("BatchGetItem", ["c1", "c2"]), item("Query", ["c2"])],
    refused: [
      item("GetItem", ["c3"]),
      item("BatchGetItem", ["c1", "c3"]),
      item("Query"),
      whole,
      item("UpdateItem", ["c1"]),
    ],
  },
  {
    ask: { ...DYNAMO, access: "read", scope: { leadingKeys: ["c1"], attributes: ["id", "plan"] } },
    allowed: [
      item("GetItem", ["c1"], attributes("id", "plan")),
      item("Query", ["c1"], { ...attributes("id"), "dynamodb:Select": "SPECIFIC_ATTRIBUTES" }),
    ],
    refused: [
      item("GetItem", ["c1"], attributes("id", "email")),
      item("GetItem", ["c1"]),
      item("GetItem", ["c2"], attributes("id")),
      item("GetItem", undefined, attributes("id")),
      item("Query", ["c1"], { ...attributes("id"), "dynamodb:Select": "ALL_ATTRIBUTES" }),
      whole,
    ],
  },
  {
    ask: { ...DYNAMO, access: "write", scope: { leadingKeys: ["c1"] } },
    allowed: [item("PutItem", ["c1"]), item("DeleteItem", ["c1"]), item("BatchWriteItem", ["c1"])],
    refused: [
      item("PutItem", ["c2"]),
      item("BatchWriteItem", ["c1", "c2"]),
      item("GetItem", ["c1"]),
      item("UpdateItem"),
    ],
  },
  {
    ask: { ...DYNAMO, access: "write", scope: { attributes: ["id", "score"] } },
    allowed: [
      item("UpdateItem", ["c1"], attributes("id", "score")),
      item("UpdateItem", ["c1"], { ...attributes("id", "score"), "dynamodb:ReturnValues": "NONE" }),
    ],
    refused: [
      // SET a = if_not_exists(a, :x) would answer with what was there.
      item("UpdateItem", ["c1"], { ...attributes("id", "score"), "dynamodb:ReturnValues": "UPDATED_NEW" }),
      item("UpdateItem", ["c1"], attributes("id", "limit")),
      item("UpdateItem", ["c1"], { ...attributes("id", "score"), "dynamodb:ReturnValues": "ALL_OLD" }),
      item("PutItem", ["c1"], attributes("id", "score")),
      item("DeleteItem", ["c1"], attributes("id")),
      item("BatchWriteItem", ["c1"], attributes("id")),
      item("UpdateItem", ["c1"]),
    ],
  },
];
