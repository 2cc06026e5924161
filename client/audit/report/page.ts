import { createHash } from "node:crypto";
import { type Html, html, render } from "../../../functions/core/html.ts";
import type { Answers } from "./gather.ts";
import type { Month } from "./month.ts";
import { count, grouped, sum } from "./row.ts";
import { many, sentence } from "./section.ts";
import { exceptions, exceptionsIn, integrity, wholeDays } from "./sections/checks.ts";
import { approvals, asks, endings, lives } from "./sections/decided.ts";
import { breakGlass, refusals, revocations } from "./sections/stopped.ts";
import { acts, evidence, readers, used } from "./sections/used.ts";
import { style } from "./style.ts";

const SECTIONS: readonly [id: string, name: string, make: (answers: Answers, month: Month) => Html][] = [
  ["exceptions", "What must not be", exceptions],
  ["integrity", "Is it whole", integrity],
  ["asks", "Asked", asks],
  ["approvals", "Decided", approvals],
  ["live", "Open at a time", lives],
  ["endings", "Ended", endings],
  ["revocations", "Stopped", revocations],
  ["break-glass", "Break-glass", breakGlass],
  ["refusals", "Refused", refusals],
  ["used", "Used", used],
  ["acts", "Changed", acts],
  ["readers", "Readers", readers],
  ["sample", "Sample", evidence],
];

const figures = (answers: Answers): Html => {
  const { days } = answers;
  const shown: [string, number][] = [
    ["Asks", sum(days, "asks")],
    ["Allowed at once", sum(days, "allowed")],
    ["Decided by people", sum(days, "needed_people")],
    ["Refused by policy", sum(days, "refused_by_policy")],
    ["Grants minted", sum(days, "minted")],
    ["Stopped early", sum(answers.latency, "revocations")],
    ["Glass broken", answers.glass.length],
    ["Calls refused", sum(days, "refused_calls")],
  ];
  return html`<dl class="figures">${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${grouped(value)}</dd></div>`)}</dl>`;
};

/** The one sentence that whoever reads no further should have read. */
function state(answers: Answers, month: Month): Html {
  const found = exceptionsIn(answers);
  const { broken, unsigned } = wholeDays(answers, month);
  if (found + broken + unsigned === 0)
    return html`<p class="state good">Nothing was found that must not be, and every day of the record that is over is signed and unbroken.</p>`;
  const parts = [
    ...(broken > 0 ? [html`<a href="#integrity">${many(broken, "day")} with a broken record</a>`] : []),
    ...(unsigned > 0
      ? [html`<a href="#integrity">${many(unsigned, "day")} not signed for every hour</a>`]
      : []),
    ...(found > 0 ? [html`<a href="#exceptions">${many(found, "exception")} to be explained</a>`] : []),
  ];
  return html`<p class="state bad">Needs attention: ${parts.map((part, index) => [index > 0 && ", ", part])}.</p>`;
}

const isEmpty = ({ days, refusals: refused, acts: changed }: Answers): boolean =>
  days.every((row) => count(row, "asks") + count(row, "dry_runs") + count(row, "refused_calls") === 0) &&
  refused.length + changed.length === 0;

const sheet = render(style);
// Of one style sheet and nothing else: no script, no picture, no font, no form, from nowhere.
const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(sheet).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/** A month's record as one page that needs nothing else: no script, nothing fetched. `madeAt` in milliseconds. */
export function reportPage(answers: Answers, month: Month, madeAt: number): string {
  const made = `${new Date(madeAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const until = month.isOver ? "" : `The month is not over: this is what was on record until ${made}. `;
  const empty = isEmpty(answers);
  return render(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<title>Access of AI agents, ${month.name} · Latchkey</title>
<style>${style}</style>
</head>
<body>
<header>
<p class="brand">Latchkey</p>
<h1>Access of AI agents in ${month.name}</h1>
<p class="quiet">${until}Made ${made} from the audit record, days in UTC. Every figure is the answer to a named question; each section says how to ask it again.</p>
${state(answers, month)}
${empty && html`<p class="state">${sentence(`nothing was asked, refused or changed in ${month.name}, as far as the record says.`)}</p>`}
</header>
<main>
${figures(answers)}
<nav aria-label="Sections"><ul>${SECTIONS.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
${SECTIONS.map(([, , make]) => make(answers, month))}
</main>
<footer>
<p>What queries find is as good as the record they read. Whether it was changed or cut is shown by <code>latchkey audit verify</code>.</p>
</footer>
</body>
</html>
`);
}
