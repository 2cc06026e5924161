import { type Html, html, render } from "../../core/html.ts";
import { style } from "./style.ts";

// Drawn in the page: nothing is fetched.
const key = html`<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false"><g fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><circle cx="8" cy="12" r="4.5"/><path d="M12.5 12H22M18.5 12v3.5M21.5 12v2.5"/></g></svg>`;

/** A complete document: one main column under the name of the house. `aside` stands at the right of the name. */
export function document({ title, body, aside }: { title: string; body: Html; aside?: Html }): string {
  return render(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>${title} · Latchkey</title>
<style>${style}</style>
</head>
<body>
<header class="top"><p class="brand">${key}<span>Latchkey</span></p>${aside}</header>
<main>
${body}
</main>
</body>
</html>
`);
}
