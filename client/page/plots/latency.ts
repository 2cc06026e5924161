import { scaleLog } from "d3-scale";
import { type Html, html } from "../../../functions/core/html.ts";
import { took } from "../words.ts";
import { at, type PlotText, plot, WIDTH } from "./plot.ts";

const ROW = 58;
const SHORTEST_MS = 1_000;

export type Latency = { label: string; p50: number; p95: number; p99: number; longest: number };

// Seconds, minutes, hours: where people look for them on a scale of powers.
const TICKS = [1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000, 43_200_000];

/** From the middle to the longest, on a scale of powers, one line each. `left`: the room that their names have. */
export function latencies(words: PlotText, given: readonly Latency[], left = 120): Html {
  const longest = Math.max(60_000, ...given.map((each) => each.longest));
  const x = scaleLog([SHORTEST_MS, longest * 1.15], [left, WIDTH - 30]).clamp(true);
  const height = given.length * ROW + 30;
  const ticks = TICKS.filter((tick) => tick <= longest * 1.15);
  const lines = ticks.map(
    (tick) => html`<line x1="${at(x(tick))}" x2="${at(x(tick))}" y1="4" y2="${height - 24}"/>
<text x="${at(x(tick))}" y="${height - 8}" text-anchor="middle">${took(tick)}</text>`,
  );
  const rows = given.map(({ label, p50, p95, p99, longest: most }, index) => {
    const y = index * ROW + 34;
    const dot = (value: number, kind: string) =>
      html`<circle class="${kind}" cx="${at(x(Math.max(SHORTEST_MS, value)))}" cy="${y}" r="${kind === "dot" ? 7 : 5}"/>`;
    return html`<text x="${left - 14}" y="${y + 4}" text-anchor="end">${label}</text>
<line class="range" x1="${at(x(Math.max(SHORTEST_MS, p50)))}" x2="${at(x(Math.max(SHORTEST_MS, most)))}" y1="${y}" y2="${y}"/>
${dot(p95, "ring")}${dot(p99, "ring")}${dot(most, "ring")}${dot(p50, "dot")}
<text class="value" x="${at(x(Math.max(SHORTEST_MS, p50)))}" y="${y - 13}" text-anchor="middle">${took(p50)}</text>`;
  });
  return plot(words, height, html`<g class="grid">${lines}</g><g class="marks">${rows}</g>`);
}
