import type { Filter } from "./filter.ts";

/** A name as it stands in SQL. The catalogue's are checked at synth; this holds for any. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

// In Trino and in DuckDB a text literal has one special character, the quote, and no escapes: a backslash is a backslash.
// https://trino.io/docs/current/language/types.html#varchar
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is kept out
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
// Half a surrogate pair is no text: what encodes it may leave out what follows.
const LONE = /\p{Surrogate}/u;

/** A value as a literal of SQL; undefined for a text that cannot be one. Whatever is in it is data, never syntax (I-60). */
export function literalOf(value: string | number | boolean): string | undefined {
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "number") return Number.isFinite(value) ? `CAST('${value}' AS double)` : undefined;
  return CONTROL.test(value) || LONE.test(value) ? undefined : `'${value.replaceAll("'", "''")}'`;
}

const SQL_OPERATORS: Record<Filter["is"], string> = {
  "=": "=",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};
const AS = { text: "varchar", number: "double", boolean: "boolean" } as const;

/** `month=2026-11/region=eu`, from a grant's scope, as a condition. */
function partitionSql(partition: string): string | undefined {
  const parts = partition.split("/").map((part) => {
    const at = part.indexOf("=");
    const literal = literalOf(part.slice(at + 1));
    return at > 0 && literal ? `CAST(${quoted(part.slice(0, at))} AS varchar) = ${literal}` : undefined;
  });
  return parts.includes(undefined) ? undefined : `(${parts.join(" AND ")})`;
}

export type Selection = {
  database: string;
  table: string;
  columns: readonly string[];
  filters: readonly Filter[];
  partitions?: readonly string[] | undefined;
  limit: number;
};

/**
 * One SELECT of one table: columns by name, comparisons with literals, and nothing else. No order, group, join or
 * function is to be had. Undefined where a value cannot be written as a literal. Values are literals and not parameters
 * because the local engine has none: one way for both, with `test/core/masking/sql.test.ts` as its tests.
 */
export function selectOf({
  database,
  table,
  columns,
  filters,
  partitions,
  limit,
}: Selection): string | undefined {
  const within = partitions?.map(partitionSql);
  const compared = filters.map(({ names: [name = ""], is, type, value }) => {
    const literal = literalOf(value);
    return literal && `try_cast(${quoted(name)} AS ${AS[type]}) ${SQL_OPERATORS[is]} ${literal}`;
  });
  if (within?.includes(undefined) || compared.includes(undefined) || within?.length === 0) return undefined;
  const conditions = [...(within ? [`(${within.join(" OR ")})`] : []), ...compared];
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : "";
  return `SELECT ${columns.map(quoted).join(", ")} FROM ${quoted(database)}.${quoted(table)}${where} LIMIT ${limit}`;
}
