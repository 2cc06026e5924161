import { INDEXES, idOf } from "../../fakes/plan.ts";
import type { Command } from "../../fakes/table.ts";
import type { Item } from "../../fakes/tokens.ts";

/**
 * Bytes of an item as DynamoDB counts them: names and texts in UTF-8, numbers two digits a byte and one more.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "number") return Math.ceil(String(value).length / 2) + 1;
  if (value instanceof Uint8Array) return value.length;
  if (value instanceof Set) return 3 + [...value].reduce((sum, each) => sum + sizeOf(each), 0);
  if (Array.isArray(value)) return 3 + value.reduce((sum: number, each) => sum + 1 + sizeOf(each), 0);
  if (typeof value === "object" && value !== null) return 3 + membersOf(value) + Object.keys(value).length;
  return 1;
}
const membersOf = (item: object): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value), 0);

const kilobytes = (item: Item | undefined, each: number): number =>
  item ? Math.max(1, Math.ceil(membersOf(item) / each)) : 0;

/** What reading some items costs: 4 KB a unit, half of that when it may be a moment old; nothing found costs one read. */
export function readUnits(items: readonly Item[], consistent: boolean): number {
  const bytes = items.reduce((sum, item) => sum + membersOf(item), 0);
  return Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);
}

/** What a change costs in the indexes: an entry put, taken away or changed is a unit a KB each; another key is two. */
function indexUnits(before: Item | undefined, after: Item | undefined): number {
  let units = 0;
  for (const { partition, sort, keysOnly } of Object.values(INDEXES)) {
    const entry = (item: Item | undefined) =>
      item?.[partition] === undefined ? undefined : `${item[partition]} ${item[sort]}`;
    const [was, is] = [entry(before), entry(after)];
    const size = (item: Item | undefined) => (keysOnly ? 1 : kilobytes(item, 1024));
    if (was !== undefined && was !== is) units += size(before);
    if (is !== undefined && (was !== is || !keysOnly)) units += size(after);
  }
  return units;
}

type Written = { Key?: Item; Item?: Item };
function keysIn(command: Command): Item[] {
  const { TransactItems: all } = command.input as { TransactItems?: Record<string, Written>[] };
  const writes = all ? all.flatMap((each) => Object.values(each)) : [command.input as Written];
  return writes.map(({ Key, Item }) => Key ?? Item ?? {});
}

/** What a write costs: a KB a unit by the larger of before and after, twice that in a transaction; and the indexes. */
export function writeUnits(
  command: Command,
  before: ReadonlyMap<string, Item>,
  after: ReadonlyMap<string, Item>,
): number {
  const factor = "TransactItems" in command.input ? 2 : 1;
  return keysIn(command).reduce((sum, key) => {
    const [was, is] = [before.get(idOf(key)), after.get(idOf(key))];
    const own = Math.max(1, kilobytes(was, 1024), kilobytes(is, 1024));
    return sum + own * factor + (was === is ? 0 : indexUnits(was, is));
  }, 0);
}
