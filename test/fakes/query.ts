import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { holds, order } from "./expression.ts";
import { ValidationException } from "./faults.ts";
import { type Item, Tokens } from "./tokens.ts";

/** A global secondary index: sparse, so an item without its two keys is not in it. */
export type Index = { name: string; partition: string; sort: string; keysOnly: boolean };

const KNOWN = [
  "IndexName",
  "KeyConditionExpression",
  "ExpressionAttributeNames",
  "ExpressionAttributeValues",
  "ConsistentRead",
  "Limit",
  "ScanIndexForward",
  "ExclusiveStartKey",
];

const pick = (item: Item, names: readonly string[]): Item =>
  Object.fromEntries(names.filter((name) => name in item).map((name) => [name, item[name]]));

/** One page of a Query over the items, sorted by the sort key (an index's ties by the table's own key). */
export function query(
  items: Iterable<Item>,
  input: Omit<QueryCommandInput, "TableName">,
  index: Index | undefined,
) {
  const unknown = Object.keys(input).find((name) => !KNOWN.includes(name));
  if (unknown) throw new TypeError(`the fake table does not know ${unknown}`);
  const { partition, sort } = index ?? { partition: "pk", sort: "sk" };
  const keyNames = [...new Set([partition, sort, "pk", "sk"])];
  const condition = input.KeyConditionExpression ?? "";
  if (!new RegExp(`^${partition} = :\\w+( AND (?:begins_with\\()?${sort}\\b.*)?$`).test(condition))
    throw new ValidationException(`Query key condition not supported: ${condition}`);
  const names = input.ExpressionAttributeNames;
  const values = input.ExpressionAttributeValues;
  // The partition first, by itself: a table of thousands is looked at for each query.
  const wanted = values?.[/ = (:\w+)/.exec(condition)?.[1] ?? ""];
  const inPartition: Item[] = [];
  for (const item of items) if (item[partition] === wanted) inPartition.push(item);
  const matching = inPartition
    .filter((item) => keyNames.every((name) => name in item))
    .filter((item) => holds(new Tokens(condition, names, values), item));
  const by = (a: Item, b: Item): number =>
    order(a[sort], b[sort]) || order(a.pk, b.pk) || order(a.sk, b.sk) || 0;
  const sign = input.ScanIndexForward === false ? -1 : 1;
  const sorted = matching.sort((a, b) => sign * by(a, b));
  const start = input.ExclusiveStartKey;
  if (start && keyNames.some((name) => typeof start[name] !== "string"))
    throw new ValidationException("The provided starting key is invalid");
  const rest = start ? sorted.filter((item) => sign * by(item, start) > 0) : sorted;
  const page = rest.slice(0, input.Limit ?? rest.length);
  const last = page.at(-1);
  const full = input.Limit !== undefined && page.length === input.Limit;
  const shown = index?.keysOnly ? page.map((item) => pick(item, keyNames)) : page;
  return {
    Items: shown,
    Count: shown.length,
    // DynamoDB tells of a next page whenever the limit was reached, also when there is none.
    ...(full && last ? { LastEvaluatedKey: pick(last, keyNames) } : {}),
  };
}
