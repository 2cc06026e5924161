import { createHash } from "node:crypto";
import { type Html, html, render } from "../../functions/core/html.ts";
import { style } from "./style.ts";
import { grouped } from "./words.ts";

type Parts = {
  title: string;
  heading: string;
  /** From what it was made, and when. */
  about: Html;
  /** What whoever reads no further should have read. */
  states?: Html | readonly (Html | false)[];
  figures: readonly (readonly [name: string, value: number])[];
  sections?: readonly (readonly [id: string, name: string])[];
  body: readonly (Html | false)[];
  /** What the page does not say, and what does. */
  caveat: Html;
  /** Rules of this page's own. */
  ownStyle?: Html;
};

const linksTo = (sections: readonly (readonly [id: string, name: string])[]): Html =>
  html`<nav aria-label="Sections"><ul>${sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`;

/** One page that needs nothing else: one style sheet; no script, no picture, no font, no form, from nowhere. */
export function pageDocument({ title, heading, about, states = [], figures, ...parts }: Parts): string {
  const { sections = [], body, caveat, ownStyle = html`` } = parts;
  const sheet = html`${style}${ownStyle}`;
  const hash = createHash("sha256").update(render(sheet)).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return render(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<title>${title} · Latchkey</title>
<style>${sheet}</style>
</head>
<body>
<header>
<p class="brand">Latchkey</p>
<h1>${heading}</h1>
<p class="quiet">${about}</p>
${states}
</header>
<main>
<dl class="figures">${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${grouped(value)}</dd></div>`)}</dl>
${sections.length > 0 && linksTo(sections)}
${body}
</main>
<footer>
<p>${caveat}</p>
</footer>
</body>
</html>
`);
}
