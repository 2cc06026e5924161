import type { ReadBody } from "../api/reads.ts";
import { type Refusal, refusal } from "../errors.ts";
import type { Filter } from "./filter.ts";
import type { Masking } from "./masking.ts";
import { keyOf, type Step, stepsOf } from "./paths.ts";
import { isKnown, isMasked } from "./rules.ts";

/** What a read is for, checked: `columns` absent means the rows whole. */
export type RowsWanted = { columns?: Step[][]; filters: Filter[] };
type Wanted = { ok: true; wanted: RowsWanted } | { ok: false; refusal: Refusal };

// What was asked for is not said back, but for its place: it may be what the caller found elsewhere.
const no = (path: string, problem: string): Wanted => ({
  ok: false,
  refusal: refusal("column_not_allowed", `${path} ${problem}`, { path }),
});

const ORDERED = ["<", "<=", ">", ">="];

/** The filter's type in the catalogue, whichever way the path is quoted here. */
function typeOf({ filters }: Masking, steps: readonly Step[]): Filter["type"] | undefined {
  const [, type] =
    Object.entries(filters).find(([path]) => keyOf(stepsOf(path) ?? []) === keyOf(steps)) ?? [];
  return type;
}

const JSON_TYPES = { text: "string", number: "number", boolean: "boolean" } as const;

/**
 * Checks columns and filters against the catalogue's list: nothing else may be named, and no filter is on a column that
 * is masked, for its answer would tell what the mask hides (I-60). `within`: the columns' first names that the grant covers.
 */
export function rowsWanted(
  masking: Masking,
  { columns, filters = [] }: Pick<ReadBody, "columns" | "filters">,
  within?: readonly string[],
): Wanted {
  const covers = (steps: readonly Step[]) => {
    const [first] = steps;
    return within === undefined || (typeof first === "object" && within.includes(first.name));
  };
  const chosen: Step[][] = [];
  for (const [index, path] of (columns ?? []).entries()) {
    const steps = stepsOf(path);
    if (!steps || !isKnown(masking.fields, path) || !covers(steps))
      return no(`columns.${index}`, "is no column that this grant may read");
    chosen.push(steps);
  }
  const checked: Filter[] = [];
  for (const [index, { column, is, value }] of filters.entries()) {
    const at = `filters.${index}`;
    const steps = stepsOf(column);
    const type = steps && typeOf(masking, steps);
    if (!steps || !type || isMasked(masking.fields, column) || !covers(steps))
      return no(`${at}.column`, "is no column that may be filtered on");
    const names = steps.flatMap((step) => (typeof step === "object" ? [step.name] : []));
    if (typeof value !== JSON_TYPES[type])
      return {
        ok: false,
        refusal: refusal("invalid_request", `${at}.value: must be a ${type}`, { path: `${at}.value` }),
      };
    if (type === "boolean" && ORDERED.includes(is))
      return {
        ok: false,
        refusal: refusal("invalid_request", `${at}.is: must be = or !=`, { path: `${at}.is` }),
      };
    checked.push({ names, is, type, value });
  }
  if (columns) return { ok: true, wanted: { columns: chosen, filters: checked } };
  if (within === undefined) return { ok: true, wanted: { filters: checked } };
  const covered = masking.fields.flatMap(({ path }) => {
    const steps = stepsOf(path);
    return steps && covers(steps) ? [steps] : [];
  });
  return { ok: true, wanted: { columns: covered, filters: checked } };
}
