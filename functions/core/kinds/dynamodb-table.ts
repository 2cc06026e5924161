import * as z from "zod";
import { canonicalSet, type Kind, type Statement, type Target } from "./kind.ts";
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
const attribute = z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, "must be a plain attribute name");

const scope = z
  .strictObject({
    leadingKeys: z.array(value).min(1, "must not be empty").max(20, "must name at most 20 keys").optional(),
    attributes: z
      .array(attribute)
      .min(1, "must not be empty")
      .max(30, "must name at most 30 attributes")
      .optional(),
  })
  .refine(
    (given) => given.leadingKeys !== undefined || given.attributes !== undefined,
    "must name leadingKeys or attributes",
  )
  .transform((given) => ({
    ...(given.leadingKeys ? { leadingKeys: canonicalSet(given.leadingKeys) } : {}),
    ...(given.attributes ? { attributes: canonicalSet(given.attributes) } : {}),
  }));

export type DynamoScope = z.infer<typeof scope>;

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
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

const offered = (access: AccessName): readonly string[] => (access === "list" ? [] : ACTIONS[access]);

// A Scan has no leading key, and DescribeTable neither: they are only for the whole table.
const NEEDS_WHOLE_TABLE = ["dynamodb:Scan", "dynamodb:DescribeTable"];
// A put replaces the whole item and a delete removes it, attributes outside the scope included.
const NEEDS_WHOLE_ITEM = ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem"];

function statements(target: Target, access: AccessName, chosen: DynamoScope | undefined): Statement[] {
  const actions = offered(access);
  if (actions.length === 0) return [];
  // Asked to return values, a write reads (`UPDATED_NEW` too: `SET a = if_not_exists(a, :x)`), so nothing may come back.
  // What no condition key holds, ReturnValuesOnConditionCheckFailure, is said to the approver: see VERBS.
  const answers: Record<string, string[]> = access === "write" ? { "dynamodb:ReturnValues": ["NONE"] } : {};
  if (chosen === undefined) {
    const condition = access === "write" ? { Condition: { StringEqualsIfExists: answers } } : {};
    return [{ Effect: "Allow", Action: [...actions], Resource: [target.arn], ...condition }];
  }
  const tooWide = [...NEEDS_WHOLE_TABLE, ...(chosen.attributes ? NEEDS_WHOLE_ITEM : [])];
  const narrow = actions.filter((action) => !tooWide.includes(action));
  const condition: NonNullable<Statement["Condition"]> = {};
  const keys = [
    ...(chosen.leadingKeys ? (["dynamodb:LeadingKeys"] as const) : []),
    ...(chosen.attributes ? (["dynamodb:Attributes"] as const) : []),
  ];
  // ForAllValues is true when the key is absent from the request, so each is paired with Null (false: must be there).
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
  condition["ForAllValues:StringEquals"] = {
    ...(chosen.leadingKeys ? { "dynamodb:LeadingKeys": chosen.leadingKeys } : {}),
    ...(chosen.attributes ? { "dynamodb:Attributes": chosen.attributes } : {}),
  };
  condition.Null = Object.fromEntries(keys.map((key) => [key, ["false"]]));
  // Without Select a Query answers with every attribute.
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
  const selects: Record<string, string[]> = chosen.attributes
    ? { "dynamodb:Select": ["SPECIFIC_ATTRIBUTES"] }
    : {};
  const ifAsked = { ...answers, ...selects };
  if (Object.keys(ifAsked).length > 0) condition.StringEqualsIfExists = ifAsked;
  return [{ Effect: "Allow", Action: narrow, Resource: [target.arn], Condition: condition }];
}

const VERBS: Record<AccessName, string> = {
  read: "read",
  list: "list",
  write: "write, overwrite or delete (and by conditions on writes learn what is in)",
};

/** Items of one DynamoDB table, narrowed by partition-key values and by attributes. */
export const dynamodbTable: Kind<DynamoScope> = {
  scope,
  arn: /^arn:[a-z-]+:dynamodb:(\{region\}|[a-z0-9-]+):(\{account\}|\d{12}):table\/[A-Za-z0-9_.-]{3,255}$/,
  actions: ACTIONS,
  statements,
  describe(target, access, chosen) {
    const table = target.arn.slice(target.arn.indexOf("/") + 1);
    const attributes = chosen?.attributes ? `only the attributes ${chosen.attributes.join(", ")} of ` : "";
    const rows = chosen?.leadingKeys
      ? `the items of table ${table} whose partition key is ${chosen.leadingKeys.join(" or ")}`
      : `every item of table ${table}`;
    return [`${VERBS[access]} ${attributes}${rows}`];
  },
  probe(target) {
    return {
      statement: { Effect: "Allow", Action: ["dynamodb:DescribeTable"], Resource: [target.arn] },
      request: {
        service: "dynamodb",
        method: "POST",
        path: "/",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": "DynamoDB_20120810.DescribeTable",
        },
        body: JSON.stringify({ TableName: target.arn.slice(target.arn.indexOf("/") + 1) }),
      },
    };
  },
  ceiling: (target, accesses) => accesses.flatMap((access) => statements(target, access, undefined)),
};
