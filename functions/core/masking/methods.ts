import { bucketOf } from "./bucket.ts";
import { classes } from "./classes.ts";
import { formatted } from "./format.ts";
import { isBlank } from "./normalise.ts";
import { REDACTED } from "./redacted.ts";
import { rowFault } from "./row-fault.ts";
import type { FieldRule } from "./rules.ts";
import { randomToken, TOKEN_BYTES, type Tokens } from "./tokens.ts";

export type Scalar = string | number | boolean | null;
type Filled = string | number | boolean;
type Means = {
  tokens: Tokens;
  random: (bytes: number) => Uint8Array;
  freeText: (text: string) => string;
};

/**
 * A row's value as JSON has it: what Parquet and DynamoDB readers give for dates, bytes and long integers becomes the
 * text (or number) that it would be in JSON. Undefined for lists and objects; anything else is no row's.
 */
export function scalarOf(value: unknown): Scalar | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return undefined;
  const prototype = typeof value === "object" ? Object.getPrototypeOf(value) : undefined;
  if (prototype === Object.prototype || prototype === null) return undefined;
  throw rowFault("unsupported_value");
}

const redacted = (value: Filled): Filled =>
  typeof value === "string" ? REDACTED : typeof value === "number" ? 0 : false;

/** 48 bits as a fraction below 1. */
const fraction = (random: Means["random"]): number => Buffer.from(random(6)).readUIntBE(0, 6) / 2 ** 48;

function drawn(value: Filled, values: readonly Filled[] | undefined, random: Means["random"]): Filled {
  const alike = values?.filter((each) => typeof each === typeof value) ?? [];
  if (alike.length > 0) return alike[Math.floor(fraction(random) * alike.length)] as Filled;
  if (typeof value === "string") return randomToken(classes.category.prefix, random(TOKEN_BYTES));
  return typeof value === "number" ? Math.floor(fraction(random) * 1e15) : fraction(random) < 0.5;
}

/** One value by its rule, of its own type; by no rule, redacted. What is blank says only that there is no value, and stays. */
export function maskScalar(value: Filled, rule: FieldRule | undefined, means: Means): Filled {
  if (typeof value === "string" && isBlank(value)) return "";
  // A boolean's token would be one of two, and which is which soon plain: drawn anew in every row.
  if (typeof value === "boolean" && (rule?.method === "token" || rule?.method === "format"))
    return drawn(value, undefined, means.random);
  switch (rule?.method) {
    case "token":
      if (typeof value !== "string") return means.tokens.number(rule.class, Number(value));
      return rule.class === "free-text" ? means.freeText(value) : means.tokens.text(rule.class, value);
    case "format":
      return formatted(rule.class, value as string | number, means.tokens);
    case "bucket":
      return (typeof value === "boolean" ? undefined : bucketOf(rule, value)) ?? redacted(value);
    case "random":
      return drawn(value, rule.values, means.random);
    default:
      return redacted(value);
  }
}
