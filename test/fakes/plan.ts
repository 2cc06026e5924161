import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { BY_AGENT, DUE, MOVED, WAITING } from "../../functions/aws/table/keys.ts";
import { holds, updated } from "./expression.ts";
import { ValidationException } from "./faults.ts";
import type { Index } from "./query.ts";
import { isSet } from "./sets.ts";
import { type Item, type Names, Tokens, type Values } from "./tokens.ts";

export type Write = {
  TableName?: string | undefined;
  Key?: Item | undefined;
  Item?: Item | undefined;
  UpdateExpression?: string | undefined;
  ConditionExpression?: string | undefined;
  ExpressionAttributeNames?: Names;
  ExpressionAttributeValues?: Values;
  ReturnValues?: string | undefined;
  ReturnValuesOnConditionCheckFailure?: string | undefined;
};

/** The table's secondary indexes, as `infra/broker/table.ts` makes them. */
export const INDEXES: Record<string, Index> = {
  [BY_AGENT]: { name: BY_AGENT, partition: "gsi1pk", sort: "gsi1sk", keysOnly: false },
  [WAITING]: { name: WAITING, partition: "waitingPk", sort: "waitingSk", keysOnly: false },
  [DUE]: { name: DUE, partition: "duePk", sort: "dueSk", keysOnly: true },
  [MOVED]: { name: MOVED, partition: "movedPk", sort: "movedSk", keysOnly: true },
};
export const KEYS = [
  "pk",
  "sk",
  ...Object.values(INDEXES).flatMap(({ partition, sort }) => [partition, sort]),
];

export const NAME = "latchkey-test";
export const idOf = ({ pk, sk }: Item): string => `${String(pk)}\u0000${String(sk)}`;

/** Nobody can change what is in the table but by a write: so it is given out as it is, and not copied at each read. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (isSet(value) || ArrayBuffer.isView(value)) return value; // no members of these can be frozen
  for (const each of Object.values(value)) frozen(each);
  return Object.freeze(value);
}
// Through the SDK's own conversion: what DynamoDB would keep, without undefined, as a copy.
export const kept = (item: Item): Item => frozen(unmarshall(marshall(item, { removeUndefinedValues: true })));

function checkKeys(item: Item): void {
  for (const name of KEYS) {
    const required = name === "pk" || name === "sk";
    if (item[name] === undefined && !required) continue;
    if (typeof item[name] !== "string" || item[name] === "")
      throw new ValidationException(`Type mismatch or empty value for key ${name}`);
  }
}

/** A key of the table: pk and sk, and nothing else. */
export function keyOf(key: Item | undefined): Item {
  if (!key || Object.keys(key).sort().join() !== "pk,sk")
    throw new ValidationException("The provided key element does not match the schema");
  checkKeys(key);
  return key;
}

/** What one write would do: whether its condition holds, and the item after it. */
export function planOf(all: ReadonlyMap<string, Item>, request: Record<string, Write>) {
  const [[kind, write] = ["", undefined]] = Object.entries(request);
  if (!write) throw new ValidationException("Nothing to write");
  if (write.TableName !== NAME) throw new ValidationException(`no table ${write.TableName}`);
  const given = kind === "Put" ? (write.Item ?? {}) : keyOf(write.Key);
  const id = idOf(given);
  const before = all.get(id);
  const used = new Set<string>();
  const tokens = (expression: string) => {
    const made = new Tokens(expression, write.ExpressionAttributeNames, write.ExpressionAttributeValues);
    return {
      made,
      done: () => {
        for (const name of made.used) used.add(name);
      },
    };
  };
  let ok = true;
  if (write.ConditionExpression !== undefined) {
    const condition = tokens(write.ConditionExpression);
    ok = holds(condition.made, before ?? {});
    condition.done();
  }
  let next: Item | undefined;
  if (kind === "Put") next = kept(given);
  else if (kind === "Update") {
    const update = tokens(write.UpdateExpression ?? "");
    next = kept(updated(update.made, before ?? given));
    update.done();
    if (idOf(next) !== id) throw new ValidationException("Cannot update attribute pk or sk: part of the key");
  } else if (kind === "ConditionCheck") next = before;
  else if (kind !== "Delete") throw new ValidationException(`no write ${kind}`);
  if (next) checkKeys(next);
  const defined = [
    ...Object.keys(write.ExpressionAttributeNames ?? {}),
    ...Object.keys(write.ExpressionAttributeValues ?? {}),
  ];
  const unused = defined.find((name) => !used.has(name));
  if (unused) throw new ValidationException(`Value unused in expressions: ${unused}`);
  const returnsOld = write.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
  return { id, ok, before, next, returnsOld };
}
