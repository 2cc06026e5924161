import * as z from "zod";
import type { ItemKey, Items } from "../../aws/rows/items.ts";
import { nameIn } from "../../core/kinds/arn.ts";
import type { Source } from "../../core/masking/masking.ts";
import type { Piece, Reading } from "./source.ts";

type OfItems = Extract<Source, { from: "items" }>;

const keyValue = z.union([
  z.strictObject({ S: z.string() }),
  z.strictObject({ N: z.string() }),
  z.strictObject({ B: z.string() }),
]);
/** Which of the grant's partitions was being read, and after which item. */
const position = z.strictObject({
  partition: z.int().min(0),
  after: z.record(z.string(), keyValue).optional(),
});
type Position = z.infer<typeof position>;

type Scope = { index?: string; leadingKeys?: string[] };

// A page of DynamoDB is 1 MB at most, whatever its limit. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
const MOST_AT_ONCE = 250;

// 38 digits and exponents from -130 to 125; and strings are UTF-8, in which half a surrogate pair is nothing.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
const isComparable = ({ value }: Reading["filters"][number]): boolean =>
  typeof value === "number"
    ? value === 0 || (Math.abs(value) >= 1e-130 && Math.abs(value) < 1e126)
    : typeof value === "boolean" || !/\p{Surrogate}/u.test(value);

/** Items of a table or an index: of the partitions that the grant names, or of all. */
export async function* readItems(items: Items, source: OfItems, reading: Reading): AsyncGenerator<Piece> {
  const { grant, filters, limit } = reading;
  const scope = (grant.scope ?? {}) as Scope;
  const at = position.optional().safeParse(reading.position);
  const name = scope.index ? source.indexes?.[scope.index] : source.partitionKey;
  if (!at.success || name === undefined) return yield { is: "trouble", code: "position" };
  if (!filters.every(isComparable)) return yield { is: "trouble", code: "bad_value" };
  const partitions = scope.leadingKeys ?? [undefined];
  let now: Position = at.data ?? { partition: 0 };
  for (let left = limit; now.partition < partitions.length; ) {
    const value = partitions[now.partition];
    const page = await items.page({
      table: nameIn(grant.resource.arn),
      index: scope.index,
      ...(value === undefined ? {} : { partition: { name, value } }),
      filters,
      limit: Math.min(MOST_AT_ONCE, left),
      after: now.after as ItemKey | undefined,
    });
    const following: Position = page.next
      ? { partition: now.partition, after: page.next }
      : { partition: now.partition + 1 };
    // Only where the page ends may the reading go on: no row of it may be given twice, or left out.
    for (const [index, row] of page.rows.entries())
      yield { is: "row", row, next: index === page.rows.length - 1 ? following : undefined };
    if (page.rows.length === 0) yield { is: "passed", next: following };
    left = Math.max(1, left - page.rows.length);
    now = following;
  }
}
