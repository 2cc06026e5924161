import type { ReadBody } from "../api/reads.ts";
import type { FilterType } from "./masking.ts";

type Asked = NonNullable<ReadBody["filters"]>[number];
type Operator = Asked["is"];
/** A comparison of one value, found by names from the outside in, with another of the type that the catalogue says. */
export type Filter = { names: string[]; is: Operator; type: FilterType; value: Asked["value"] };

type Comparable = string | number | boolean;

const own = (from: unknown, name: string): unknown =>
  typeof from === "object" && from !== null && Object.hasOwn(from, name)
    ? (from as Record<string, unknown>)[name]
    : undefined;

/** A stored value as one of the filter's type: CSV has texts only. Undefined is none, and no filter holds of that. */
function typed(value: unknown, type: FilterType): Comparable | undefined {
  if (type === "text") return typeof value === "string" ? value : undefined;
  if (type === "number") {
    const number = typeof value === "string" && value.trim() === "" ? Number.NaN : Number(value);
    const may = ["number", "bigint", "string"].includes(typeof value);
    return may && Number.isFinite(number) ? number : undefined;
  }
  if (typeof value === "boolean") return value;
  return value === "true" ? true : value === "false" ? false : undefined;
}

const compare: Record<Operator, (a: Comparable, b: Comparable) => boolean> = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** True when the row has every value, and each compares so: as SQL has it, what is not there compares with nothing. */
export const holds = (filters: readonly Filter[], row: Record<string, unknown>): boolean =>
  filters.every(({ names, is, type, value }) => {
    const found = typed(names.reduce(own, row as unknown), type);
    return found !== undefined && compare[is](found, value);
  });
