import { isoMillis } from "../../time.ts";
import type { ParameterType } from "./query.ts";

// Ids, e-mail addresses, ARNs, session names. No space, semicolon, bracket, backslash, percent or control character.
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._:/@+=,'-]{0,255}$/;
// Days are compared as texts, also those months before and after: years of four digits, with room on both sides.
const UTC_TIME = /^2\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;
// Small enough that no query's arithmetic leaves 64 bits.
const WHOLE = /^(0|[1-9]\d{0,8})$/;

function stringLiteral(value: string): string {
  if (!PLAIN.test(value)) throw new TypeError("not a plain id, address or ARN");
  return `'${value.replaceAll("'", "''")}'`;
}

function timestampLiteral(value: string): string {
  const ms = UTC_TIME.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(ms)) throw new TypeError("not a time like 2026-11-21T09:30:00Z");
  const text = isoMillis(ms);
  // Date.parse rolls 30 February over to March: what is asked must be what is answered.
  if (text.slice(0, 19) !== value.slice(0, 19)) throw new TypeError("not a day of the calendar");
  return `TIMESTAMP '${text.slice(0, 10)} ${text.slice(11, 23)}'`;
}

function bigintLiteral(value: string): string {
  if (!WHOLE.test(value)) throw new TypeError("not a whole number from 0 to 999999999");
  return value;
}

const literals: Record<ParameterType, (value: string) => string> = {
  string: stringLiteral,
  timestamp: timestampLiteral,
  bigint: bigintLiteral,
};

/** A value as a typed SQL literal; throws on whatever is not exactly of its type's form. */
export function literal(type: ParameterType, value: unknown): string {
  if (typeof value !== "string") throw new TypeError("not a text");
  return literals[type](value);
}
