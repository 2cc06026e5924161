import { type Html, html } from "../../../../functions/core/html.ts";
import { pageDocument } from "../../../page/document.ts";
import { many, minuteUtc, sentence } from "../../../page/words.ts";
import { periodText } from "../../record/period.ts";
import type { UsageInsights } from "../insights.ts";
import { lessBy } from "../words.ts";
import { enough, idle, less, never, resources, unknown, windows } from "./sections.ts";

const SECTIONS: readonly [id: string, name: string, make: (found: UsageInsights) => Html][] = [
  ["enough", "What would have been enough", enough],
  ["windows", "Windows", windows],
  ["resources", "Resources", resources],
  ["never", "Never used", never],
  ["less", "Used for less", less],
  ["idle", "In nobody's use", idle],
  ["unknown", "What cannot be told", unknown],
];

const own = html`article{margin:1rem 0;padding:.9rem 1.1rem;border:1px solid var(--line);border-radius:12px}
h3{margin:0 0 .3rem;font-size:1rem;line-height:1.4;font-weight:660}
pre{margin:.5rem 0 0;padding:.8rem 1rem;overflow-x:auto;background:var(--code);border-radius:8px;font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:normal}
@media print{article{break-inside:avoid}pre{white-space:pre-wrap;border:1px solid #bbb}}
`;
function figures({ asks, grants, proposals }: UsageInsights): [string, number][] {
  const count = (which: (each: UsageInsights["grants"][number]) => boolean) => grants.filter(which).length;
  return [
    ["Asks", asks],
    ["Grants that became active", grants.length],
    ["Used", count(({ verdict }) => verdict === "used")],
    ["Never used", count(({ verdict }) => verdict !== "used" && verdict !== "cannot_tell")],
    ["Used for less", count((use) => lessBy(use).length > 0)],
    ["Smaller asks proposed", proposals.length],
  ];
}

/** What agents use of their access, as one page that needs nothing else: no script, nothing fetched. `madeAt` in epoch ms. */
export function usagePage(found: UsageInsights, madeAt: number): string {
  const { proposals } = found;
  return pageDocument({
    title: "What agents use of their access",
    heading: "What agents use of their access",
    about: html`Asks ${periodText(found.period)}, and what was done with them up to ${minuteUtc(found.newest)}. Made ${minuteUtc(madeAt)} from the audit record and the calls that CloudTrail saw.`,
    states: html`<p class="state">${sentence(many(proposals.length, "smaller ask"))} would have been enough for what was done.</p>`,
    figures: figures(found),
    sections: SECTIONS.map(([id, name]) => [id, name]),
    body: SECTIONS.map(([, , make]) => make(found)),
    caveat: html`What nobody did is said only where calls of its kind are on record. A smaller ask is proposed from the past: see that it fits what is to come.`,
    ownStyle: own,
  });
}
