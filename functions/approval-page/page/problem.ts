import { html } from "../../core/html.ts";
import { document } from "./layout.ts";
import type { Problem } from "./view.ts";

const PROBLEMS: Record<Problem, { title: string; lines: readonly string[] }> = {
  link: {
    title: "This link does not work",
    lines: [
      "It may be incomplete, or no longer valid. Nothing was decided.",
      "Open the link from the e-mail again, whole and unchanged. Some mail programs break long links: then copy it into the address bar.",
      "If it still does not work, ask whoever runs Latchkey at your organisation to send you the request again.",
    ],
  },
  unreadable_form: {
    title: "The form could not be read",
    lines: [
      "Nothing was decided.",
      "Open the link from the e-mail again, and send the form from the page that it shows.",
    ],
  },
  unavailable: {
    title: "Latchkey cannot do this just now",
    lines: [
      "Nothing was decided and nothing was changed.",
      "Try again in a minute, with the same link. The request waits for you.",
    ],
  },
};

/** A page that says what to do next and nothing about any grant: the same bytes for the same problem. */
export function problemPage(problem: Problem): string {
  const { title, lines } = PROBLEMS[problem];
  const body = html`<article class="sheet"><h1>${title}</h1>${lines.map((line) => html`<p>${line}</p>`)}</article>`;
  return document({ title, body });
}
