import { createHash } from "node:crypto";
import { type Html, html, render } from "../../../functions/core/html.ts";
import { grouped } from "../../audit/report/row.ts";
import { many, sentence } from "../../audit/report/section.ts";
import { style } from "../../audit/report/style.ts";
import { isPermitted } from "./effective.ts";
import type { Review } from "./pack.ts";
import { changed, decided, did, exceptionsSection, owners, used, who } from "./sections.ts";

const SECTIONS: readonly [id: string, name: string, make: (review: Review) => Html][] = [
  ["owners", "To sign off", owners],
  ["exceptions", "To explain", exceptionsSection],
  ["who", "Who may", who],
  ["did", "Who did", did],
  ["decided", "Who decided", decided],
  ["used", "What was used", used],
  ["changed", "What changed", changed],
];

// Ids are read whole, and a file's name stands beside what it is.
const own = html`td:nth-child(-n+2){min-width:7.8em}
.asked code{display:inline}
`;
const sheet = render(html`${style}${own}`);
// Of one style sheet and nothing else: no script, no picture, no font, no form, from nowhere.
const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(sheet).digest("base64")}'; base-uri 'none'; form-action 'none'`;

function figures({ permissions, gathered, exceptions, changes, groups }: Review): Html {
  const shown: [string, number][] = [
    ["Permissions", permissions.filter(isPermitted).length],
    ["Asks", gathered.asked.length],
    ["Words of people", gathered.words.length],
    ["To explain", exceptions.length],
    ["Changes", changes.filter(({ change }) => change !== "in force").length],
    ["Owner groups", Object.keys(groups).length],
  ];
  return html`<dl class="figures">${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${grouped(value)}</dd></div>`)}</dl>`;
}

const short = (version: string): string => version.slice(0, "sha256:".length + 12);

/** The one sentence that whoever reads no further should have read. */
function state({ exceptions, lastInForce, policyVersion }: Review): Html {
  const isOther = lastInForce !== undefined && lastInForce !== policyVersion;
  if (exceptions.length === 0 && !isOther)
    return html`<p class="state good">Nothing wants a reason, and the policy that is evaluated here is the one that was last in force.</p>`;
  return html`<p class="state bad">${[
    exceptions.length > 0 &&
      html`<a href="#exceptions">${sentence(many(exceptions.length, "thing wants a reason", "things want a reason"))}</a>. `,
    isOther &&
      html`The policy that is evaluated here is not the one that was last in force in the month (<code>${short(lastInForce)}</code>): what agents could have differs.`,
  ]}</p>`;
}

/** A month's access review as one page that needs nothing else: no script, nothing fetched. */
export function reviewPage(review: Review): string {
  const { month, madeAt, policyVersion } = review;
  const made = `${new Date(madeAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const until = month.isOver ? "" : `The month is not over: this is what was on record until ${made}. `;
  return render(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<title>Access review, ${month.name} · Latchkey</title>
<style>${style}${own}</style>
</head>
<body>
<header>
<p class="brand">Latchkey</p>
<h1>Access review for ${month.name}</h1>
<p class="quiet">${until}Made ${made} from the audit record, days in UTC, and by evaluating policy <code>${short(policyVersion)}</code> for every agent, resource and access. Every row is in the CSV files beside this page; <code>manifest.json</code> has the hash of each.</p>
${state(review)}
</header>
<main>
${figures(review)}
<nav aria-label="Sections"><ul>${SECTIONS.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
${SECTIONS.map(([, , make]) => make(review))}
</main>
<footer>
<p>Whether this is what was signed, and who signed it off, is shown by <code>latchkey review verify</code>; whether the record that it was made from is whole, by <code>latchkey audit verify</code>.</p>
</footer>
</body>
</html>
`);
}
