import { type Html, html } from "../../../functions/core/html.ts";

/** The inside of a plot, in the units of its view box. Text is drawn at its size or larger. */
export const WIDTH = 720;
export const MARGIN = { left: 44, right: 12, top: 12, bottom: 26 } as const;

export type PlotText = { id: string; title: string; description: string };

/**
 * A drawing that says in words what it shows: whoever cannot see it has the sentence here and the table below. Wider than
 * a phone, so it scrolls by itself there, and can be reached with the keyboard.
 */
export const plot = ({ id, title, description }: PlotText, height: number, inside: Html): Html => html`
<div class="plot" tabindex="0" role="group" aria-label="${title}">
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-t ${id}-d" preserveAspectRatio="xMidYMid meet">
<title id="${id}-t">${title}</title>
<desc id="${id}-d">${description}</desc>
${inside}
</svg>
</div>`;

/** Numbers of coordinates, short: a report of a busy month stays small. */
export const at = (value: number): string => String(Math.round(value * 10) / 10);

/** Names of colours and what they stand for; the class has a colour in both schemes. */
export type Series = { label: string; tone: 1 | 2 | 3 | 4 };
export const legend = (series: readonly Series[]): Html => html`
<ul class="legend">${series.map(({ label, tone }) => html`<li><span class="key tone${tone}"></span>${label}</li>`)}</ul>`;

/** Lines across at some values, each with its number at the left. */
export const grid = (
  ticks: readonly number[],
  y: (value: number) => number,
  show: (value: number) => string,
): Html =>
  html`<g class="grid">${ticks.map(
    (
      tick,
    ) => html`<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at(y(tick))}" y2="${at(y(tick))}"/>
<text x="${MARGIN.left - 8}" y="${at(y(tick) + 4)}" text-anchor="end">${show(tick)}</text>`,
  )}</g>`;
