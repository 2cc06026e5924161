import { scaleLinear, scaleUtc } from "d3-scale";
import { area, curveStepAfter, line } from "d3-shape";
import { type Html, html } from "../../../functions/core/html.ts";
import { grouped } from "../words.ts";
import { at, grid, MARGIN, type PlotText, plot, WIDTH } from "./plot.ts";

const HEIGHT = 190;
/** The curve has at most so many points: the most that was live in each slice of the time. */
const SLICES = 240;

export type Span = { from: number; to: number };
type Point = { at: number; live: number };

/** The most spans that were open together, in each slice of a time. */
export function mostLive(spans: readonly Span[], { from, to }: Span, slices = SLICES): Point[] {
  const turns = spans
    .flatMap((span) => [
      { at: Math.max(from, span.from), by: 1 },
      { at: span.to, by: -1 },
    ])
    .filter(({ at: when }) => when < to)
    .sort((a, b) => a.at - b.at || a.by - b.by);
  const slice = (to - from) / slices;
  const points: Point[] = [];
  let live = 0;
  let next = 0;
  for (let index = 0; index < slices; index += 1) {
    const end = from + (index + 1) * slice;
    let most = live;
    for (let turn = turns[next]; turn && turn.at < end; turn = turns[next]) {
      live += turn.by;
      most = Math.max(most, live);
      next += 1;
    }
    points.push({ at: from + index * slice, live: most });
  }
  return points;
}

/** How many grants were live, over a time. */
export function live(words: PlotText, spans: readonly Span[], during: Span): Html {
  const points = mostLive(spans, during);
  const most = Math.max(1, ...points.map((point) => point.live));
  const x = scaleUtc([during.from, during.to], [MARGIN.left, WIDTH - MARGIN.right]);
  const y = scaleLinear([0, most], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(4);
  const filled = area<Point>(
    (point) => x(point.at),
    y(0),
    (point) => y(point.live),
  )
    .curve(curveStepAfter)
    .digits(1);
  const edge = line<Point>(
    (point) => x(point.at),
    (point) => y(point.live),
  )
    .curve(curveStepAfter)
    .digits(1);
  const days = x
    .ticks(15)
    .map(
      (day) =>
        html`<text x="${at(x(day))}" y="${HEIGHT - 8}" text-anchor="middle">${day.getUTCDate()}</text>`,
    );
  return plot(
    words,
    HEIGHT,
    html`${grid(y.ticks(4).filter(Number.isInteger), y, grouped)}<path class="fill" d="${filled(points) ?? ""}"/><path class="edge" d="${edge(points) ?? ""}"/><g class="axis">${days}</g>`,
  );
}
