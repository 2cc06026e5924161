import type { ScanCommandInput } from "@aws-sdk/lib-dynamodb";
import { holds } from "./expression.ts";
import { type Item, Tokens } from "./tokens.ts";

const KNOWN = [
  ...["TableName", "FilterExpression", "ProjectionExpression", "Select", "ConsistentRead"],
  ...["ExpressionAttributeNames", "ExpressionAttributeValues", "ExclusiveStartKey"],
];
const idOf = ({ pk, sk }: Item): string => `${pk}\u0000${sk}`;

/** One page of a Scan: so many items are looked at, and those are shown that the filter lets through. */
export function scan(items: readonly Item[], input: ScanCommandInput, pageSize: number) {
  const unknown = Object.keys(input).find((name) => !KNOWN.includes(name));
  if (unknown) throw new TypeError(`the fake table does not know ${unknown}`);
  const names = input.ExpressionAttributeNames;
  const shown = (input.ProjectionExpression ?? "").split(", ").map((name) => names?.[name] ?? name);
  const start = input.ExclusiveStartKey;
  const rest = [...items]
    .sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
    .filter((item) => !start || idOf(item) > idOf(start));
  const page = rest.slice(0, pageSize);
  const last = page.at(-1);
  const matching = page.filter((item) =>
    holds(new Tokens(input.FilterExpression ?? "", names, input.ExpressionAttributeValues), item),
  );
  return {
    Items: matching.map((item) =>
      Object.fromEntries(Object.entries(item).filter(([name]) => shown.includes(name))),
    ),
    ...(rest.length > pageSize && last ? { LastEvaluatedKey: { pk: last.pk, sk: last.sk } } : {}),
  };
}
