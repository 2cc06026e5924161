import { ValidationException } from "./faults.ts";
import { sizeOf } from "./sets.ts";

export type Item = Record<string, unknown>;
export type Names = Record<string, string> | undefined;
export type Values = Record<string, unknown> | undefined;

// Some of the 573 words that DynamoDB refuses as bare names, those that a table like ours is likely to use.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
const RESERVED =
  /^(action|add|all|attempt|comment|condition|connection|count|data|date|day|delete|end|exists|group|hash|hour|index|item|items|key|keys|language|level|local|location|mode|month|name|names|number|order|owner|path|policy|position|range|reads|region|role|rule|rules|scope|section|sequence|session|source|start|state|status|table|text|time|timestamp|token|ttl|type|types|user|users|uuid|value|values|view|window|year)$/i;

const TOKEN = /\s*(<>|<=|>=|[=<>(),+.-]|[#:]?[A-Za-z_][A-Za-z0-9_]*)/y;

/** The tokens of a DynamoDB expression, read one by one. Placeholders are looked up; which ones were used is remembered. */
export class Tokens {
  private readonly list: string[] = [];
  private at = 0;
  readonly used = new Set<string>();
  private readonly names: Names;
  private readonly values: Values;

  constructor(expression: string, names: Names, values: Values) {
    this.names = names;
    this.values = values;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < expression.trimEnd().length) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(expression);
      if (!match?.[1]) throw new ValidationException(`Invalid expression near: ${expression.slice(from)}`);
      this.list.push(match[1]);
    }
  }

  peek(): string | undefined {
    return this.list[this.at];
  }
  isWord(word: string): boolean {
    return this.peek()?.toUpperCase() === word;
  }
  take(expected?: string): string {
    const token = this.list[this.at];
    if (token === undefined || (expected !== undefined && token.toUpperCase() !== expected))
      throw new ValidationException(
        `Syntax error; expected ${expected ?? "more"}, found ${token ?? "the end"}`,
      );
    this.at += 1;
    return token;
  }
  end(): void {
    if (this.peek() !== undefined) throw new ValidationException(`Syntax error near ${this.peek()}`);
  }
  /** A top-level attribute's name. */
  path(): string {
    const token = this.take();
    if (token.startsWith("#")) {
      const name = this.names?.[token];
      if (name === undefined)
        throw new ValidationException(`An expression attribute name is not defined: ${token}`);
      this.used.add(token);
      return name;
    }
    if (!/^[A-Za-z]/.test(token)) throw new ValidationException(`Syntax error near ${token}`);
    if (RESERVED.test(token)) throw new ValidationException(`Attribute name is a reserved keyword: ${token}`);
    return token;
  }
  value(): unknown {
    const token = this.take();
    if (!this.values || !(token in this.values))
      throw new ValidationException(`An expression attribute value is not defined: ${token}`);
    this.used.add(token);
    return this.values[token];
  }
  /** A value, an attribute, or `size(attribute)`. */
  operand(item: Item): unknown {
    if (this.peek() === "size" && this.list[this.at + 1] === "(") {
      this.take();
      this.take("(");
      const size = sizeOf(item[this.path()]);
      this.take(")");
      return size;
    }
    return this.peek()?.startsWith(":") ? this.value() : item[this.path()];
  }
}
