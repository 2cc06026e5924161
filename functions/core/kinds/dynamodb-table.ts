import * as z from "zod";
import { nameIn, PLACE } from "./arn.ts";
import { allow, canonicalSet, type Kind, type Statement, type Target } from "./kind.ts";
import { keyUse, kmsKey } from "./kms.ts";
import type { AccessName } from "./names.ts";

// Key values and attribute names that IAM takes literally: no `*`, `?`, `$`, quotes or control characters.
const value = z
  .string()
  .min(1, "must not be empty")
  .max(128, "must be at most 128 characters")
  .regex(
    /^[A-Za-z0-9_.:@#=+,/ -]+$/,
    "has a character that is not allowed (no *, ?, $, quotes or control characters)",
  );
const attribute = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, "must be a plain attribute name")
  .meta({ maxLength: 64 });
const index = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{3,255}$/, "must be the name of an index")
  .meta({ maxLength: 255 });

const scope = z
  .strictObject({
    index: index.optional().describe("one index, which is read instead of the table"),
    leadingKeys: z
      .array(value)
      .min(1, "must not be empty")
      .max(20, "must name at most 20 keys")
      .optional()
      .describe("values of the partition key"),
    attributes: z
      .array(attribute)
      .min(1, "must not be empty")
      .max(30, "must name at most 30 attributes")
      .optional()
      .describe("names of attributes"),
  })
  .refine(
    (given) => Object.values(given).some((part) => part !== undefined),
    "must name an index, leadingKeys or attributes",
  )
  .transform((given) => ({
    ...(given.index ? { index: given.index } : {}),
    ...(given.leadingKeys ? { leadingKeys: canonicalSet(given.leadingKeys) } : {}),
    ...(given.attributes ? { attributes: canonicalSet(given.attributes) } : {}),
  }));
type DynamoScope = z.infer<typeof scope>;

const settings = z.strictObject({
  indexes: z
    .array(index)
    .min(1, "must not be empty")
    .max(20, "must name at most 20 indexes")
    .optional()
    .describe("names of the indexes that may be read; others nobody reads through Latchkey"),
  kmsKey: kmsKey.optional(),
});
type DynamoTarget = Target<z.infer<typeof settings>>;

const READ_ITEMS = ["dynamodb:BatchGetItem", "dynamodb:GetItem"];
const ACTIONS = {
  read: [
    "dynamodb:BatchGetItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
  ],
  write: ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
} as const;
const OF_INDEX = ["dynamodb:Query", "dynamodb:Scan"];

// A Scan has no leading key, and DescribeTable neither: they are only for the whole table.
const NEEDS_EVERY_KEY = ["dynamodb:Scan", "dynamodb:DescribeTable"];
// A put replaces the whole item and a delete removes it, attributes outside the scope included.
const NEEDS_WHOLE_ITEM = ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem"];

function narrowing(access: AccessName, chosen: DynamoScope): Statement["Condition"] {
  const said = { "dynamodb:LeadingKeys": chosen.leadingKeys, "dynamodb:Attributes": chosen.attributes };
  const named = Object.entries(said).flatMap(([key, values]) => (values ? [[key, values] as const] : []));
  // Without Select a Query answers with every attribute.
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
  const selects: Record<string, string[]> = chosen.attributes
    ? { "dynamodb:Select": ["SPECIFIC_ATTRIBUTES"] }
    : {};
  const ifAsked = { ...answers(access), ...selects };
  return {
    // ForAllValues is true when the key is absent from the request, so each is paired with Null (false: must be there).
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    "ForAllValues:StringEquals": Object.fromEntries(named),
    Null: Object.fromEntries(named.map(([key]) => [key, ["false"]])),
    ...(Object.keys(ifAsked).length > 0 ? { StringEqualsIfExists: ifAsked } : {}),
  };
}

// Asked to return values, a write reads (`UPDATED_NEW` too: `SET a = if_not_exists(a, :x)`), so nothing may come back.
// What no condition key holds, ReturnValuesOnConditionCheckFailure, is said to the approver: see VERBS.
const answers = (access: AccessName): Record<string, string[]> =>
  access === "write" ? { "dynamodb:ReturnValues": ["NONE"] } : {};

function onItems({ arn, settings: { indexes = [] } }: DynamoTarget, access: "read" | "write"): Statement[] {
  const condition = access === "write" ? { StringEqualsIfExists: answers(access) } : undefined;
  const read = canonicalSet(indexes).map((name) => `${arn}/index/${name}`);
  return [
    allow(ACTIONS[access], [arn], condition),
    ...(access === "read" && read.length > 0 ? [allow(OF_INDEX, read)] : []),
  ];
}

function onPart({ arn }: DynamoTarget, access: "read" | "write", chosen: DynamoScope): Statement[] {
  const { index: name, leadingKeys, attributes } = chosen;
  const wide = [
    ...(leadingKeys || attributes ? NEEDS_EVERY_KEY : []),
    ...(attributes ? NEEDS_WHOLE_ITEM : []),
    // An index is queried; items are got from tables. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
    ...(name ? [...READ_ITEMS, "dynamodb:DescribeTable"] : []),
  ];
  const narrow = ACTIONS[access].filter((action) => !wide.includes(action));
  const condition = leadingKeys || attributes ? narrowing(access, chosen) : undefined;
  return [allow(narrow, [name ? `${arn}/index/${name}` : arn], condition)];
}

function statements(target: DynamoTarget, access: AccessName, chosen: DynamoScope | undefined): Statement[] {
  if (access !== "read" && access !== "write") return [];
  const { kmsKey: key } = target.settings;
  // DynamoDB has the table's key decrypted in the name of whoever reads or writes.
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
  const context = { "aws:dynamodb:tableName": [nameIn(target.arn)] };
  return [
    ...(chosen ? onPart(target, access, chosen) : onItems(target, access)),
    ...(key ? [keyUse(key, { actions: ["kms:Decrypt"], service: "dynamodb", context })] : []),
  ];
}

const VERBS: Partial<Record<AccessName, string>> = {
  read: "read",
  write: "write, overwrite or delete (and by conditions on writes learn what is in)",
};

/** Items of one DynamoDB table, narrowed by partition-key values, by attributes, and to one index. */
export const dynamodbTable: Kind<DynamoScope, z.infer<typeof settings>> = {
  title: "Items of a DynamoDB table",
  scope,
  settings,
  arn: new RegExp(`^arn:[a-z-]+:dynamodb:${PLACE}:table/[A-Za-z0-9_.-]{3,255}$`),
  actions: ACTIONS,
  references: ["https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html"],
  statements,
  problem({ settings: { indexes = [] } }, access, { index: name }) {
    if (name === undefined) return undefined;
    if (access === "write") return { part: "index", problem: "an index is only read" };
    return indexes.includes(name)
      ? undefined
      : { part: "index", problem: "is not an index of this resource" };
  },
  describe(target, access, chosen) {
    const table = nameIn(target.arn);
    const attributes = chosen?.attributes ? `only the attributes ${chosen.attributes.join(", ")} of ` : "";
    const where = chosen?.index ? `index ${chosen.index} of table ${table}` : `table ${table}`;
    const rows = chosen?.leadingKeys
      ? `the items of ${where} whose partition key is ${chosen.leadingKeys.join(" or ")}`
      : `every item of ${where}`;
    return [`${VERBS[access]} ${attributes}${rows}`];
  },
  probe({ arn }) {
    return {
      statement: allow(["dynamodb:DescribeTable"], [arn]),
      request: {
        service: "dynamodb",
        method: "POST",
        path: "/",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": "DynamoDB_20120810.DescribeTable",
        },
        body: JSON.stringify({ TableName: nameIn(arn) }),
      },
    };
  },
  examples: [
    {
      arn: "arn:aws:dynamodb:{region}:{account}:table/customers",
      access: "read",
      scope: { leadingKeys: ["customer#17"], attributes: ["id", "plan"] },
    },
    {
      arn: "arn:aws:dynamodb:{region}:{account}:table/customers",
      settings: { indexes: ["by-plan"] },
      access: "read",
      scope: { index: "by-plan", leadingKeys: ["gold"] },
    },
    { arn: "arn:aws:dynamodb:{region}:{account}:table/customers", access: "write" },
  ],
  notes: [
    "With `attributes` the agent names them in each call (`ProjectionExpression`, and `Select: SPECIFIC_ATTRIBUTES` of a query).",
    "With `leadingKeys` or `attributes` nothing is scanned; of an index, `leadingKeys` are the index's own partition keys.",
    "Writing can tell what is stored: a conditional write that fails may return the item, which no condition key holds.",
    "A transaction is judged by the gets and writes in it, each as if it came alone; its condition checks are in no access.",
    "PartiQL and streams are in no access.",
  ],
};
