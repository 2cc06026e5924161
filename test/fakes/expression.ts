import { ValidationException } from "./faults.ts";
import { isSet, textOf, union, without } from "./sets.ts";
import type { Item, Tokens } from "./tokens.ts";

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
const same = (a: unknown, b: unknown): boolean =>
  a !== undefined && b !== undefined && textOf(a) === textOf(b);

/** Orders two strings by UTF-8 bytes or two numbers; anything else has no order. */
export function order(a: unknown, b: unknown): number | undefined {
  if (kindOf(a) !== kindOf(b)) return undefined;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return typeof a === "string" && typeof b === "string"
    ? Buffer.compare(Buffer.from(a), Buffer.from(b))
    : undefined;
}

const COMPARE: Record<string, (a: unknown, b: unknown) => boolean> = {
  "=": same,
  "<>": (a, b) => !same(a, b),
  "<": (a, b) => (order(a, b) ?? Number.NaN) < 0,
  "<=": (a, b) => (order(a, b) ?? Number.NaN) <= 0,
  ">": (a, b) => (order(a, b) ?? Number.NaN) > 0,
  ">=": (a, b) => (order(a, b) ?? Number.NaN) >= 0,
};

function call(name: string, tokens: Tokens, item: Item): boolean {
  tokens.take();
  tokens.take("(");
  const path = tokens.path();
  let holds = path in item;
  if (name === "attribute_not_exists") holds = !holds;
  else if (name === "begins_with") {
    tokens.take(",");
    const prefix = tokens.operand(item);
    const text = item[path];
    holds = typeof text === "string" && typeof prefix === "string" && text.startsWith(prefix);
  }
  tokens.take(")");
  return holds;
}

function primary(tokens: Tokens, item: Item): boolean {
  if (tokens.isWord("NOT")) {
    tokens.take();
    return !primary(tokens, item);
  }
  if (tokens.peek() === "(") {
    tokens.take("(");
    const inner = anyOf(tokens, item);
    tokens.take(")");
    return inner;
  }
  const name = tokens.peek() ?? "";
  if (["attribute_exists", "attribute_not_exists", "begins_with"].includes(name))
    return call(name, tokens, item);
  const left = tokens.operand(item);
  if (tokens.isWord("BETWEEN")) {
    tokens.take();
    const low = tokens.operand(item);
    tokens.take("AND");
    const high = tokens.operand(item);
    return (order(left, low) ?? -1) >= 0 && (order(left, high) ?? 1) <= 0;
  }
  if (tokens.isWord("IN")) {
    tokens.take();
    tokens.take("(");
    const among = [tokens.operand(item)];
    while (tokens.peek() === ",") {
      tokens.take(",");
      among.push(tokens.operand(item));
    }
    tokens.take(")");
    return among.some((each) => same(left, each));
  }
  const compare = COMPARE[tokens.take()];
  if (!compare) throw new ValidationException("Syntax error: no such comparator");
  return compare(left, tokens.operand(item));
}

// Both sides are always read, so that tokens are consumed and placeholders count as used.
function allOf(tokens: Tokens, item: Item): boolean {
  let holds = primary(tokens, item);
  while (tokens.isWord("AND")) {
    tokens.take();
    holds = primary(tokens, item) && holds;
  }
  return holds;
}
function anyOf(tokens: Tokens, item: Item): boolean {
  let holds = allOf(tokens, item);
  while (tokens.isWord("OR")) {
    tokens.take();
    holds = allOf(tokens, item) || holds;
  }
  return holds;
}

/** Whether a condition holds for an item; `{}` stands for an item that is not there. */
export function holds(tokens: Tokens, item: Item): boolean {
  const answer = anyOf(tokens, item);
  tokens.end();
  return answer;
}

function assign(next: Item, before: Item, tokens: Tokens): void {
  const path = tokens.path();
  tokens.take("=");
  let value = tokens.operand(before);
  while (tokens.peek() === "+" || tokens.peek() === "-") {
    const sign = tokens.take() === "+" ? 1 : -1;
    const other = tokens.operand(before);
    if (typeof value !== "number" || typeof other !== "number")
      throw new ValidationException("An operand in the update expression has an incorrect data type");
    value += sign * other;
  }
  if (value === undefined)
    throw new ValidationException(
      "The provided expression refers to an attribute that does not exist in the item",
    );
  next[path] = value;
}

function add(next: Item, before: Item, tokens: Tokens): void {
  const path = tokens.path();
  const by = tokens.value();
  if (isSet(by)) {
    next[path] = union(before[path], by);
    return;
  }
  const had = before[path] ?? 0;
  if (typeof by !== "number" || typeof had !== "number")
    throw new ValidationException("An operand in the update expression has an incorrect data type");
  next[path] = had + by;
}

/** DELETE takes members out of a set; a set without members is no attribute. */
function take(next: Item, before: Item, tokens: Tokens): void {
  const path = tokens.path();
  const left = without(before[path], tokens.value());
  if (left) next[path] = left;
  else delete next[path];
}

/** The item after SET, ADD, DELETE and REMOVE clauses. Operands are read from the item as it was before. */
export function updated(tokens: Tokens, before: Item): Item {
  const next: Item = { ...before };
  while (tokens.peek() !== undefined) {
    const clause = tokens.take().toUpperCase();
    do {
      if (tokens.peek() === ",") tokens.take(",");
      if (clause === "SET") assign(next, before, tokens);
      else if (clause === "ADD") add(next, before, tokens);
      else if (clause === "DELETE") take(next, before, tokens);
      else if (clause === "REMOVE") delete next[tokens.path()];
      else throw new ValidationException(`Syntax error near ${clause}`);
    } while (tokens.peek() === ",");
  }
  return next;
}
