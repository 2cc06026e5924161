import type { ReadBody } from "../../functions/core/api/reads.ts";
import type { RowsQuery } from "../access/rows.ts";
import type { ReadOptions } from "../commands/read.ts";
import { LatchkeyError } from "../errors.ts";

type Filter = NonNullable<ReadBody["filters"]>[number];

/** The longer signs first: `<=` is no `<` before "=…". */
const FILTER = /^([^<>=!]+)(!=|<=|>=|=|<|>)(.*)$/s;
/** As JSON writes a number; what begins with a nought, as a postcode may, is a text. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** What stands in quotation marks is a text, whatever it looks like. */
function valueIn(text: string): Filter["value"] {
  if (/^".*"$/s.test(text)) return text.slice(1, -1);
  if (text === "true" || text === "false") return text === "true";
  return NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : text;
}

function filterOf(given: string): Filter {
  const [, column = "", is, value = ""] = FILTER.exec(given) ?? [];
  if (is === undefined || column.trim() === "")
    throw new LatchkeyError(
      "usage",
      `--where ${JSON.stringify(given)} is no filter: write it like status=open or amount>=100.`,
    );
  return { column: column.trim(), is: is as Filter["is"], value: valueIn(value.trim()) };
}

/** Which rows the options say. Whether there are such columns the broker knows. */
export function queryOf({ object, columns, where, limit }: ReadOptions): RowsQuery {
  const most = limit === undefined ? undefined : Number(limit);
  if (most !== undefined && (!Number.isInteger(most) || most < 1))
    throw new LatchkeyError("usage", "--limit is no whole number above 0.");
  const names = columns
    ?.split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names?.length === 0) throw new LatchkeyError("usage", "--columns names none.");
  return {
    ...(object === undefined ? {} : { object }),
    ...(names ? { columns: names } : {}),
    ...(where ? { filters: where.map(filterOf) } : {}),
    ...(most === undefined ? {} : { limit: most }),
  };
}
