import { createHash } from "node:crypto";
import { type Html, html, render } from "../../../../functions/core/html.ts";
import { grouped } from "../../../audit/report/row.ts";
import { many, sentence } from "../../../audit/report/section.ts";
import { style } from "../../../audit/report/style.ts";
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

const sheet = html`${style}
article{margin:1rem 0;padding:.9rem 1.1rem;border:1px solid var(--line);border-radius:12px}
h3{margin:0 0 .3rem;font-size:1rem;line-height:1.4;font-weight:660}
pre{margin:.5rem 0 0;padding:.8rem 1rem;overflow-x:auto;background:var(--code);border-radius:8px;font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:normal}
@media print{article{break-inside:avoid}pre{white-space:pre-wrap;border:1px solid #bbb}}
`;
// Of one style sheet and nothing else: no script, no picture, no font, no form, from nowhere.
const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(render(sheet)).digest("base64")}'; base-uri 'none'; form-action 'none'`;

function figures({ asks, grants, proposals }: UsageInsights): Html {
  const count = (which: (each: UsageInsights["grants"][number]) => boolean) => grants.filter(which).length;
  const shown: [string, number][] = [
    ["Asks", asks],
    ["Grants that became active", grants.length],
    ["Used", count(({ verdict }) => verdict === "used")],
    ["Never used", count(({ verdict }) => verdict !== "used" && verdict !== "cannot_tell")],
    ["Used for less", count((use) => lessBy(use).length > 0)],
    ["Smaller asks proposed", proposals.length],
  ];
  return html`<dl class="figures">${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${grouped(value)}</dd></div>`)}</dl>`;
}

/** What agents use of their access, as one page that needs nothing else: no script, nothing fetched. `madeAt` in epoch ms. */
export function usagePage(found: UsageInsights, madeAt: number): string {
  const minute = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const { proposals } = found;
  return render(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<title>What agents use of their access · Latchkey</title>
<style>${sheet}</style>
</head>
<body>
<header>
<p class="brand">Latchkey</p>
<h1>What agents use of their access</h1>
<p class="quiet">Asks ${periodText(found.period)}, and what was done with them up to ${minute(found.newest)}. Made ${minute(madeAt)} from the audit record and the calls that CloudTrail saw.</p>
<p class="state">${sentence(many(proposals.length, "smaller ask"))} would have been enough for what was done.</p>
</header>
<main>
${figures(found)}
<nav aria-label="Sections"><ul>${SECTIONS.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
${SECTIONS.map(([, , make]) => make(found))}
</main>
<footer>
<p>What nobody did is said only where calls of its kind are on record. A smaller ask is proposed from the past: see that it fits what is to come.</p>
</footer>
</body>
</html>
`);
}
