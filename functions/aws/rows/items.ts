import {
  type AttributeValue,
  DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Filter } from "../../core/masking/filter.ts";

/** Where a page ended: names and values of key attributes, as `S`, `N` or (base64) `B`. */
export type ItemKey = Record<string, { S: string } | { N: string } | { B: string }>;
type Wanted = {
  table: string;
  index?: string | undefined;
  /** One partition; absent: all of them. */
  partition?: { name: string; value: string };
  filters: readonly Filter[];
  limit: number;
  after?: ItemKey | undefined;
};
/** What reading rows needs of a table of items. */
export type Items = { page(wanted: Wanted): Promise<{ rows: Record<string, unknown>[]; next?: ItemKey }> };

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

const outOf = (key: Record<string, AttributeValue>): ItemKey =>
  Object.fromEntries(
    Object.entries(key).flatMap(([name, { S, N, B }]): [string, ItemKey[string]][] => {
      if (S !== undefined) return [[name, { S }]];
      if (N !== undefined) return [[name, { N }]];
      return B ? [[name, { B: base64(B) }]] : [];
    }),
  );
const into = (key: ItemKey): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(key).map(([name, value]) => [
      name,
      "B" in value ? { B: Buffer.from(value.B, "base64") } : (value as AttributeValue),
    ]),
  );

/** What JSON has no form for: sets become lists; a number that JavaScript would round is its own text. */
function plain(value: unknown): unknown {
  if (value instanceof Set) return [...value].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}
const wrapNumbers = (text: string): number | string =>
  Number.isSafeInteger(Number(text)) || (!/^-?\d+$/.test(text) && Number.isFinite(Number(text)))
    ? Number(text)
    : text;

const TYPES = { text: "S", number: "N", boolean: "BOOL" } as const;
const OPERATORS: Record<Filter["is"], string> = {
  ...{ "=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=" },
};
const attributeOf = ({ type, value }: Filter): AttributeValue =>
  type === "text"
    ? { S: String(value) }
    : type === "number"
      ? { N: String(value) }
      : { BOOL: value === true };

/** Names and values are never part of an expression's text: they are its placeholders. */
function expressionsOf({ partition, filters }: Wanted): Partial<QueryCommandInput> {
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = {};
  if (partition) {
    names["#key"] = partition.name;
    values[":key"] = { S: partition.value };
  }
  const conditions = filters.map((filter, index) => {
    const path = filter.names.map((name, depth) => {
      names[`#f${index}_${depth}`] = name;
      return `#f${index}_${depth}`;
    });
    values[`:v${index}`] = attributeOf(filter);
    values[`:t${index}`] = { S: TYPES[filter.type] };
    const at = path.join(".");
    // Without the type, <> would hold of what is not there.
    return `attribute_type(${at}, :t${index}) AND ${at} ${OPERATORS[filter.is]} :v${index}`;
  });
  return {
    ...(partition ? { KeyConditionExpression: "#key = :key" } : {}),
    ...(conditions.length > 0 ? { FilterExpression: conditions.join(" AND ") } : {}),
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
  };
}

export function openItems(): Items {
  const client = new DynamoDBClient({});
  return {
    async page(wanted) {
      const { table, index, partition, limit, after } = wanted;
      const input = {
        TableName: table,
        ...(index ? { IndexName: index } : {}),
        Limit: limit,
        ...expressionsOf(wanted),
        ...(after ? { ExclusiveStartKey: into(after) } : {}),
      };
      const { Items = [], LastEvaluatedKey } = partition
        ? await client.send(new QueryCommand(input))
        : await client.send(new ScanCommand(input));
      const rows = Items.map((item) => plain(unmarshall(item, { wrapNumbers })) as Record<string, unknown>);
      return { rows, ...(LastEvaluatedKey ? { next: outOf(LastEvaluatedKey) } : {}) };
    },
  };
}
