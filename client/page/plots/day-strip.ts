import { type Html, html } from "../../../functions/core/html.ts";
import { type PlotText, plot, WIDTH } from "./plot.ts";

const CELL = WIDTH / 31;
const HEIGHT = 62;

/** `whole`: signed each hour, nothing missing. `open`: not all signed yet. `broken`: gaps or breaks. `none`: not there yet. */
export type DayState = "whole" | "open" | "broken" | "none";
const SIGNS: Record<DayState, string> = { whole: "✓", open: "…", broken: "✕", none: "" };

/** A month as a row of days. Each says its state by a sign as well as by its tone. */
export const dayStrip = (words: PlotText, days: readonly { day: string; state: DayState }[]): Html =>
  plot(
    words,
    HEIGHT,
    html`<g class="strip">${days.map(
      (
        { day, state },
        index,
      ) => html`<rect class="day ${state}" x="${(index * CELL + 1).toFixed(1)}" y="2" width="${(CELL - 2).toFixed(1)}" height="34" rx="4"/>
<text class="sign ${state}" x="${((index + 0.5) * CELL).toFixed(1)}" y="25" text-anchor="middle">${SIGNS[state]}</text>
<text x="${((index + 0.5) * CELL).toFixed(1)}" y="54" text-anchor="middle">${Number(day.slice(8))}</text>`,
    )}</g>`,
  );
