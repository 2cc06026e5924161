import type { Call } from "../evaluate.ts";
import { ACCOUNT, allow, directly, KEY, type Matrix, REGION, viaService } from "./kit.ts";

const TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/customers`;
const indexed = {
  kind: "dynamodb-table" as const,
  arn: TABLE,
  settings: { indexes: ["by-plan", "by-email"] },
};
const KEYED = { kind: "dynamodb-table" as const, arn: TABLE, settings: { kmsKey: KEY } };
const BY_PLAN = `${TABLE}/index/by-plan`;
const all = [
  ...["dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem"],
  ...["dynamodb:Query", "dynamodb:Scan"],
];
const writes = [
  ...["dynamodb:BatchWriteItem", "dynamodb:DeleteItem"],
  ...["dynamodb:PutItem", "dynamodb:UpdateItem"],
];
const use = allow(["kms:Decrypt"], [KEY], {
  StringEquals: { "kms:ViaService": [`dynamodb.${REGION}.amazonaws.com`] },
  StringLike: { "kms:EncryptionContext:aws:dynamodb:tableName": ["customers"] },
});
const on = (resource: string, action: string, context: Call["context"] = {}): Call => ({
  action: `dynamodb:${action}`,
  resource,
  context,
});
const keys = (...values: string[]) => ({ "dynamodb:LeadingKeys": values });
const decrypt = (table: string) => viaService("dynamodb", "Decrypt", { "aws:dynamodb:tableName": table });

/** Indexes and keys of KMS; the rest of this kind is in `../statements.cases.ts` and its neighbours. */
export const dynamodbMore: Matrix = {
  compiled: [
    {
      ask: { ...indexed, access: "read" },
      statements: [
        allow(all, [TABLE]),
        allow(["dynamodb:Query", "dynamodb:Scan"], [`${TABLE}/index/by-email`, BY_PLAN]),
      ],
      lines: ["read every item of table customers"],
    },
    {
      ask: { ...indexed, access: "read", scope: { index: "by-plan" } },
      statements: [allow(["dynamodb:Query", "dynamodb:Scan"], [BY_PLAN])],
      lines: ["read every item of index by-plan of table customers"],
    },
    {
      ask: { ...indexed, access: "read", scope: { index: "by-plan", leadingKeys: ["gold"] } },
      statements: [
        allow(["dynamodb:Query"], [BY_PLAN], {
          "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["gold"] },
          Null: { "dynamodb:LeadingKeys": ["false"] },
        }),
      ],
      lines: ["read the items of index by-plan of table customers whose partition key is gold"],
    },
    {
      ask: { ...KEYED, access: "write" },
      statements: [
        allow(writes, [TABLE], { StringEqualsIfExists: { "dynamodb:ReturnValues": ["NONE"] } }),
        use,
      ],
      lines: [
        "write, overwrite or delete (and by conditions on writes learn what is in) every item of table customers",
      ],
    },
  ],
  probes: [
    {
      ask: { ...indexed, access: "read" },
      allowed: [on(BY_PLAN, "Query"), on(BY_PLAN, "Scan"), on(TABLE, "Scan")],
      refused: [
        on(`${TABLE}/index/by-name`, "Query"),
        on(`${TABLE}-2/index/by-plan`, "Query"),
        on(BY_PLAN, "PartiQLSelect"),
        on(TABLE, "PutItem", keys("c1")),
      ],
    },
    {
      ask: { ...indexed, access: "read", scope: { index: "by-plan", leadingKeys: ["gold"] } },
      allowed: [on(BY_PLAN, "Query", keys("gold"))],
      refused: [
        on(BY_PLAN, "Query", keys("silver")),
        on(BY_PLAN, "Query", keys("gold", "silver")),
        on(BY_PLAN, "Query"),
        on(BY_PLAN, "Scan"),
        on(TABLE, "Query", keys("gold")),
        on(TABLE, "GetItem", keys("gold")),
        on(`${TABLE}/index/by-email`, "Query", keys("gold")),
      ],
    },
    {
      // Leading keys of a table are not those of its indexes.
      ask: { ...indexed, access: "read", scope: { leadingKeys: ["c1"] } },
      allowed: [on(TABLE, "Query", keys("c1"))],
      refused: [on(BY_PLAN, "Query", keys("c1"))],
    },
    {
      ask: { ...KEYED, access: "write" },
      allowed: [decrypt("customers"), on(TABLE, "PutItem", keys("c1"))],
      refused: [
        decrypt("orders"),
        directly(decrypt("customers")),
        viaService("s3", "Decrypt", { "aws:dynamodb:tableName": "customers" }),
        { action: "kms:CreateGrant", resource: KEY },
      ],
    },
  ],
  scopes: {
    refused: [
      { scope: { index: "" }, path: ["index"], reason: "must be the name of an index" },
      { scope: { index: "by/plan" }, path: ["index"], reason: "must be the name of an index" },
      { scope: { index: "*" }, path: ["index"], reason: "must be the name of an index" },
      { scope: { index: "by-plan\n" }, path: ["index"], reason: "must be the name of an index" },
    ],
    accepted: [
      {
        scope: { leadingKeys: ["b", "a"], index: "by-plan" },
        canonical: { index: "by-plan", leadingKeys: ["a", "b"] },
      },
    ],
  },
  fits: [],
  misfits: [],
};
