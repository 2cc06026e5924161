import { scaleBand, scaleLinear } from "d3-scale";
import { stack } from "d3-shape";
import { type Html, html } from "../../../functions/core/html.ts";
import { grouped } from "../words.ts";
import { at, grid, legend, MARGIN, type PlotText, plot, type Series, WIDTH } from "./plot.ts";

const HEIGHT = 230;

type Day = { day: string; values: readonly number[] };

const dayOfMonth = (day: string): string => String(Number(day.slice(8)));

/**
 * Counts of each day on top of each other, a tone for each series, its values in the order of the series. `most`: how high
 * the plot goes at least, for two that are to be compared.
 */
export function stackedDays(
  words: PlotText,
  series: readonly Series[],
  days: readonly Day[],
  { label = dayOfMonth, most: atLeast = 1 }: { label?: (day: string) => string; most?: number } = {},
): Html {
  const most = Math.max(atLeast, ...days.map(({ values }) => values.reduce((sum, value) => sum + value, 0)));
  const x = scaleBand<string>(
    days.map(({ day }) => day),
    [MARGIN.left, WIDTH - MARGIN.right],
  ).padding(0.18);
  const y = scaleLinear([0, most], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(4);
  const ticks = y.ticks(4).filter(Number.isInteger);
  const layers = stack<Day, number>()
    .keys(series.map((_, index) => index))
    .value(({ values }, index) => values[index] ?? 0)([...days]);
  const bars = layers.map((layer, index) =>
    layer.map(([low, high], place) => {
      const day = days[place];
      if (!day || high <= low) return false;
      return html`<rect class="tone${series[index]?.tone}" x="${at(x(day.day) ?? 0)}" y="${at(y(high))}" width="${at(x.bandwidth())}" height="${at(y(low) - y(high))}"/>`;
    }),
  );
  const labels = days.map(({ day }, index) =>
    index % 2 === 0
      ? html`<text x="${at((x(day) ?? 0) + x.bandwidth() / 2)}" y="${HEIGHT - 8}" text-anchor="middle">${label(day)}</text>`
      : false,
  );
  return html`${legend(series)}${plot(
    words,
    HEIGHT,
    html`${grid(ticks, y, grouped)}<g class="marks">${bars}</g><g class="axis">${labels}</g>`,
  )}`;
}
