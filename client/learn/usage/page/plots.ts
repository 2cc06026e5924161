import { type Html, html } from "../../../../functions/core/html.ts";
import { at, type PlotText, plot, WIDTH } from "../../../page/plots/plot.ts";
import { grouped } from "../../../page/words.ts";

const BINS = 10;

/** How many of the shares, from 0 to 1, lie in each tenth; what is over counts as the last. */
export function tenths(shares: readonly number[]): number[] {
  const counts = Array.from({ length: BINS }, () => 0);
  for (const share of shares) {
    const bin = Math.min(BINS - 1, Math.floor(share * BINS));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

const HEIGHT = 200;
const LOW = HEIGHT - 34;

/** Counts by tenths of the window, as columns with their number on top. */
export function shareColumns(words: PlotText, counts: readonly number[]): Html {
  const most = Math.max(1, ...counts);
  const step = WIDTH / BINS;
  const columns = counts.map((count, index) => {
    const height = Math.max(count > 0 ? 1.5 : 0, (count / most) * (LOW - 26));
    const middle = (index + 0.5) * step;
    return html`<rect class="tone1" x="${at(index * step + 6)}" y="${at(LOW - height)}" width="${at(step - 12)}" height="${at(height)}" rx="2"/>
<text x="${at(middle)}" y="${at(LOW - height - 6)}" text-anchor="middle">${grouped(count)}</text>
<text x="${at(middle)}" y="${HEIGHT - 12}" text-anchor="middle">${index * 10}–${(index + 1) * 10} %</text>`;
  });
  return plot(words, HEIGHT, html`<g class="marks">${columns}</g>`);
}

const LABELS = 190;
const ROW = 24;

export type Strip = { label: string; values: readonly number[] };
const short = (text: string): string => (text.length > 26 ? `${text.slice(0, 25)}…` : text);

/** A row of cells for each name, one a slice of the time: the more there was, the fuller; nothing is an empty cell. */
export function heatStrip(words: PlotText, strips: readonly Strip[], ends: readonly [string, string]): Html {
  const most = Math.max(1, ...strips.flatMap(({ values }) => values));
  const slices = Math.max(1, ...strips.map(({ values }) => values.length));
  const width = (WIDTH - LABELS - 4) / slices;
  // By the root, so that little beside much is still seen.
  const fullness = (value: number) => at(0.15 + 0.85 * Math.sqrt(value / most));
  const rows = strips.map(({ label, values }, row) => {
    const y = row * ROW + 2;
    const cells = values.map((value, index) => {
      const place = html`x="${at(LABELS + index * width)}" y="${y}" width="${at(width)}" height="${ROW - 4}"`;
      return value > 0
        ? html`<rect class="tone1" ${place} fill-opacity="${fullness(value)}"/>`
        : html`<rect class="day" ${place}/>`;
    });
    return html`<text x="${LABELS - 10}" y="${y + 15}" text-anchor="end">${short(label)}</text>${cells}`;
  });
  const height = strips.length * ROW + 24;
  const axis = html`<g class="axis"><text x="${LABELS}" y="${height - 6}">${ends[0]}</text><text x="${WIDTH - 4}" y="${height - 6}" text-anchor="end">${ends[1]}</text></g>`;
  return plot(words, height, html`<g class="marks">${rows}</g>${axis}`);
}
