import { escaped, FORMULA } from "../../functions/core/audit/flat-text.ts";
import { UNSAFE } from "../../functions/core/unsafe.ts";
import type { Answer } from "./athena.ts";

// What a terminal acts on, or shows as nothing or in another order: C0, DEL, C1, zero-width and bidirectional marks.
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it looks for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const LEAST_WIDTH = 6;
/** As long as a time. One word up to that is an id, a time or a state: cut, it says nothing and cannot be asked with. */
const WHOLE_WIDTH = 24;
const GAP = "  ";

/** A cell for a terminal: one line, nothing unseen. */
const plain = (value: string | undefined): string => (value ?? "").replace(UNSEEN, " ");

const cut = (text: string, width: number): string => {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join("")}…`;
};
const widthOf = (text: string): number => [...text].length;

const isWord = (text: string): boolean => !text.includes(" ") && widthOf(text) <= WHOLE_WIDTH;
/** How narrow a column may get: its words stay whole, sentences are cut. */
const leastOf = (values: readonly string[], width: number): number =>
  Math.max(Math.min(width, LEAST_WIDTH), ...values.filter(isWord).map(widthOf));

/** Column widths that fit, taken from the widest; nothing when even the narrowest do not. */
function widthsFor(wanted: readonly number[], least: readonly number[], room: number): number[] | undefined {
  const widths = [...wanted];
  const total = () => widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
  while (total() > room) {
    const canShrink = (width: number, index: number) => width > (least[index] ?? 0);
    const widest = Math.max(...widths.filter(canShrink), 0);
    if (widest === 0) return undefined;
    widths[widths.findLastIndex((width, index) => width === widest && canShrink(width, index))] = widest - 1;
  }
  return widths;
}

/** Rows in columns cut to `room` characters; where that cannot be, one column below the other. */
export function asTable({ columns, rows }: Answer, room: number): string {
  const names = columns.map(({ name }) => name);
  const cells = rows.map((row) => row.map(plain));
  const wanted = names.map((name, index) =>
    Math.max(widthOf(name), ...cells.map((row) => widthOf(row[index] ?? ""))),
  );
  const counted = `${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
  const least = wanted.map((width, index) =>
    leastOf(
      cells.map((row) => row[index] ?? ""),
      width,
    ),
  );
  const widths = widthsFor(wanted, least, room);
  if (rows.length === 0) return `${names.join(GAP)}\n${counted}\n`;
  if (!widths) {
    const longest = Math.max(...names.map(widthOf));
    const blocks = cells.map((row) =>
      names.map((name, index) => `${name.padEnd(longest)}${GAP}${row[index] ?? ""}`.trimEnd()).join("\n"),
    );
    return `${blocks.join("\n\n")}\n\n${counted}\n`;
  }
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => {
        const text = cut(cell, widths[index] ?? 0);
        return text + " ".repeat((widths[index] ?? 0) - widthOf(text));
      })
      .join(GAP)
      .trimEnd();
  return `${[line(names), line(widths.map((width) => "-".repeat(width))), ...cells.map(line)].join("\n")}\n${counted}\n`;
}

/**
 * RFC 4180. A spreadsheet runs what begins with a sign of a formula, so an apostrophe goes before it; numbers stay. What
 * a terminal acts on or does not show is written out: `--format csv` prints to one too.
 */
function csvCell(value: string | undefined): string {
  const given = value ?? "";
  const text = given.replace(UNSAFE, (each) => (/[\t\r\n]/.test(each) ? each : escaped(each)));
  const safe = FORMULA.test(given) && !/^-?\d+(\.\d+)?$/.test(given) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
export const csvLine = (cells: readonly (string | undefined)[]): string =>
  `${cells.map(csvCell).join(",")}\r\n`;
export function asCsv({ columns, rows }: Answer): string {
  return [columns.map(({ name }) => name), ...rows].map(csvLine).join("");
}

const WHOLE_NUMBERS = /^(tinyint|smallint|integer|int|bigint)$/;
function typed(value: string | undefined, type: string): string | number | boolean | null {
  if (value === undefined) return null;
  if (type === "boolean") return value.toLowerCase() === "true";
  const number = WHOLE_NUMBERS.test(type) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : value;
}
export function asJson({ columns, rows }: Answer): string {
  const objects = rows.map((row) =>
    Object.fromEntries(columns.map(({ name, type }, index) => [name, typed(row[index], type)])),
  );
  const escaped = (character: string) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${JSON.stringify(objects, null, 2).replace(UNSEEN, escaped)}\n`;
}
