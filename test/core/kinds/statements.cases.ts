import { matrices } from "./matrix/all.ts";
import { allow, type Case } from "./matrix/kit.ts";

export const S3 = { kind: "s3-prefix", arn: "arn:aws:s3:::data/claims/*" } as const;
export const TABLE = "arn:aws:dynamodb:eu-west-1:000000000000:table/customers";
export const DYNAMO = { kind: "dynamodb-table", arn: TABLE } as const;

const listing = (...patterns: string[]) =>
  allow(["s3:ListBucket"], ["arn:aws:s3:::data"], { StringLike: { "s3:prefix": patterns } });
const object = (key: string) => `arn:aws:s3:::data/claims/${key}`;
const writes = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"];
const reads = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"];
const selected = { "dynamodb:Select": ["SPECIFIC_ATTRIBUTES"] };
const blind = { "dynamodb:ReturnValues": ["NONE"] };

/** What each access of each kind compiles to, to the letter, and what the approver reads of it. */
export const compiled: Case[] = [
  ...Object.values(matrices).flatMap((matrix) => matrix.compiled),
  {
    ask: { ...S3, access: "read" },
    statements: [allow(["s3:GetObject"], [object("*")]), listing("claims/*")],
    lines: ["read and list every object in bucket data whose key begins with claims/"],
  },
  {
    ask: { ...S3, access: "read", scope: { prefix: "2026/" } },
    statements: [allow(["s3:GetObject"], [object("2026/*")]), listing("claims/2026/*")],
    lines: ["read and list every object in bucket data whose key begins with claims/2026/"],
  },
  {
    // No listing: IAM can hold it to a prefix only, which would tell the names of other keys.
    ask: { ...S3, access: "read", scope: { keys: ["a.csv", "b.csv"] } },
    statements: [allow(["s3:GetObject"], [object("a.csv"), object("b.csv")])],
    lines: ["read the object claims/a.csv in bucket data", "read the object claims/b.csv in bucket data"],
  },
  {
    ask: { ...S3, access: "list" },
    statements: [listing("claims/*")],
    lines: ["list the names of every object in bucket data whose key begins with claims/"],
  },
  {
    ask: { ...S3, access: "list", scope: { keys: ["a.csv"] } },
    statements: [listing("claims/a.csv")],
    lines: ["list the names of every object in bucket data whose key begins with claims/a.csv"],
  },
  {
    ask: { ...S3, access: "write", scope: { prefix: "out" } },
    statements: [allow(writes, [object("out*")])],
    lines: ["write or overwrite every object in bucket data whose key begins with claims/out"],
  },
  {
    ask: { ...S3, access: "write", scope: { keys: ["m.json"] } },
    statements: [allow(writes, [object("m.json")])],
    lines: ["write or overwrite the object claims/m.json in bucket data"],
  },
  {
    ask: { ...S3, arn: "arn:aws-us-gov:s3:::data/claims/*", access: "list" },
    statements: [{ ...listing("claims/*"), Resource: ["arn:aws-us-gov:s3:::data"] }],
    lines: ["list the names of every object in bucket data whose key begins with claims/"],
  },
  {
    ask: { ...DYNAMO, access: "read" },
    statements: [
      allow(
        [
          "dynamodb:BatchGetItem",
          "dynamodb:DescribeTable",
          "dynamodb:GetItem",
          "dynamodb:Query",
          "dynamodb:Scan",
        ],
        [TABLE],
      ),
    ],
    lines: ["read every item of table customers"],
  },
  {
    ask: { ...DYNAMO, access: "read", scope: { leadingKeys: ["c1", "c2"] } },
    statements: [
      allow(reads, [TABLE], {
        "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["c1", "c2"] },
        Null: { "dynamodb:LeadingKeys": ["false"] },
      }),
    ],
    lines: ["read the items of table customers whose partition key is c1 or c2"],
  },
  {
    ask: { ...DYNAMO, access: "read", scope: { leadingKeys: ["c1"], attributes: ["id", "plan"] } },
    statements: [
      allow(reads, [TABLE], {
        "ForAllValues:StringEquals": {
          "dynamodb:LeadingKeys": ["c1"],
          "dynamodb:Attributes": ["id", "plan"],
        },
        Null: { "dynamodb:LeadingKeys": ["false"], "dynamodb:Attributes": ["false"] },
        StringEqualsIfExists: selected,
      }),
    ],
    lines: ["read only the attributes id, plan of the items of table customers whose partition key is c1"],
  },
  {
    ask: { ...DYNAMO, access: "write" },
    statements: [
      allow(
        ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        [TABLE],
        { StringEqualsIfExists: blind },
      ),
    ],
    lines: [
      "write, overwrite or delete (and by conditions on writes learn what is in) every item of table customers",
    ],
  },
  {
    // A put or a delete takes the other attributes with it: only updates are left.
    ask: { ...DYNAMO, access: "write", scope: { attributes: ["id", "score"] } },
    statements: [
      allow(["dynamodb:UpdateItem"], [TABLE], {
        "ForAllValues:StringEquals": { "dynamodb:Attributes": ["id", "score"] },
        Null: { "dynamodb:Attributes": ["false"] },
        StringEqualsIfExists: { ...blind, ...selected },
      }),
    ],
    lines: [
      "write, overwrite or delete (and by conditions on writes learn what is in) only the attributes id, score of every item of table customers",
    ],
  },
];
