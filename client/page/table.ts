import { type Html, html } from "../../functions/core/html.ts";
import { count, instant, measure, type Row, text } from "./row.ts";
import { grouped, took } from "./words.ts";

type Shown = (row: Row) => string;
export type Column = { head: string; show: Shown; isNumber?: true };

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A UTC time as people read it in a table of one month: `21 Nov 09:30:00`. */
function moment(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${Number(iso.slice(8, 10))} ${MONTHS[Number(iso.slice(5, 7)) - 1]} ${iso.slice(11, 19)}`;
}

/** Columns by what they hold. */
export const words = (head: string, column: string): Column => ({ head, show: (row) => text(row, column) });
export const code = (head: string, column: string): Column => ({
  head,
  show: (row) => text(row, column).replaceAll("_", " "),
});
export const number = (head: string, column: string): Column => ({
  head,
  show: (row) => grouped(count(row, column)),
  isNumber: true,
});
export const time = (head: string, column: string): Column => ({
  head,
  show: (row) => {
    const ms = instant(row, column);
    return ms === undefined ? "" : moment(ms);
  },
});
export const duration = (head: string, column: string, unitMs = 1): Column => ({
  head,
  show: (row) => {
    const value = measure(row, column);
    return value === undefined ? "" : took(value * unitMs);
  },
  isNumber: true,
});

/** Cells are cut at what no true id or reason needs, so that one long text does not bury the others. */
const MOST_CHARACTERS = 240;
const cell = (value: string): string =>
  value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS - 1)}…` : value;

/** Rows as a table that scrolls by itself where it is too wide. At most so many; whoever wants all asks the question. */
export function table(caption: string, columns: readonly Column[], rows: readonly Row[], most = 25): Html {
  const shown = rows.slice(0, most);
  const kind = ({ isNumber }: Column) => (isNumber ? "number" : "words");
  return html`
<div class="scroll" tabindex="0" role="group" aria-label="${caption}">
<table>
<caption>${caption}${rows.length > most && html` (the first ${grouped(most)} of ${grouped(rows.length)})`}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col" class="${kind(column)}">${column.head}</th>`)}</tr></thead>
<tbody>${shown.map(
    (row) =>
      html`<tr>${columns.map((column) => html`<td class="${kind(column)}"><bdi>${cell(column.show(row))}</bdi></td>`)}</tr>
`,
  )}</tbody>
</table>
</div>`;
}

/** A table behind a plot: there for whoever wants the numbers, closed for whoever does not. */
export const numbers = (caption: string, columns: readonly Column[], rows: readonly Row[], most = 31): Html =>
  html`<details><summary>The numbers</summary>${table(caption, columns, rows, most)}</details>`;
