import { type Html, html } from "../../core/html.ts";
import type { Risk } from "../../core/policy/decided.ts";

/** "62 of 100, high". */
export const riskSentence = ({ score, band }: Risk): string => `${score} of 100, ${band}`;

/** Points with their sign, a real minus: "+20", "−10". */
export const signedPoints = (points: number): string =>
  points < 0 ? `\u2212${Math.abs(points)}` : `+${points}`;

/** The factors that count, heaviest first. */
export const factorsOf = ({ factors }: Risk): Risk["factors"] =>
  [...factors].filter(({ points }) => points !== 0).sort((a, b) => Math.abs(b.points) - Math.abs(a.points));

/** A factor's name as words. */
export const factorName = (name: string): string => name.replace(/[-_]+/g, " ");

/** The score, drawn and in words, and where each point comes from. The drawing is hidden from readers of the words. */
export function riskBody(risk: Risk): Html {
  const factors = factorsOf(risk).map(
    ({ name, points, detail }) =>
      html`<li><span class="points">${signedPoints(points)}</span> <span><strong>${factorName(name)}</strong> <span class="quiet">${detail}</span></span></li>`,
  );
  return html`<p class="score"><strong>${risk.score}</strong> of 100 <span class="badge">${risk.band}</span></p>
<svg class="meter" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect width="${risk.score}" height="1"/></svg>
${factors.length > 0 && html`<ul class="factors">${factors}</ul>`}
<p class="quiet">Fixed arithmetic of the policy. What the agent gives as its reasons has no weight in it.</p>`;
}
