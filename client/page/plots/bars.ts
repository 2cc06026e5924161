import { scaleLinear } from "d3-scale";
import { type Html, html } from "../../../functions/core/html.ts";
import { grouped } from "../words.ts";
import { at, type PlotText, plot, WIDTH } from "./plot.ts";

/** The room that names have at the left. */
export const LABELS = 210;
const ROW = 26;

type Bar = { label: string; value: number; tone?: 1 | 2 | 3 | 4 };

/** A name as it fits there. */
export const short = (text: string): string => (text.length > 27 ? `${text.slice(0, 26)}…` : text);

/** Bars that lie, each with its name at the left and its number at its end: for names that are words. */
export function bars(words: PlotText, given: readonly Bar[]): Html {
  const x = scaleLinear([0, Math.max(1, ...given.map(({ value }) => value))], [0, WIDTH - LABELS - 70]);
  const rows = given.map(({ label, value, tone = 1 }, index) => {
    const y = index * ROW + 4;
    return html`<text x="${LABELS - 10}" y="${y + 15}" text-anchor="end">${short(label)}</text>
<rect class="tone${tone}" x="${LABELS}" y="${y}" width="${at(Math.max(1.5, x(value)))}" height="${ROW - 8}" rx="2"/>
<text x="${at(LABELS + Math.max(1.5, x(value)) + 8)}" y="${y + 15}">${grouped(value)}</text>`;
  });
  return plot(words, given.length * ROW + 6, html`<g class="marks">${rows}</g>`);
}
