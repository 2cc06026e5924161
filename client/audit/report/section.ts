import { type Html, html } from "../../../functions/core/html.ts";
import { type QuestionKey, questions, valuesOf } from "./gather.ts";
import type { Month } from "./month.ts";

/** The command line that asks a question again. Values hold no quotes: they are times and numbers of ours. */
function command(key: QuestionKey, month: Month): string {
  const values = Object.entries(valuesOf(key, month)).map(
    ([name, value]) => `--${name.replaceAll("_", "-")} ${value.replace("T00:00:00.000Z", "")}`,
  );
  return `latchkey audit query ${questions[key].name} ${values.join(" ")}`;
}

type Section = {
  id: string;
  title: string;
  month: Month;
  /** What the section says in one sentence: the first thing to read, and all that is left without the plots. */
  lead: string;
  body?: Html | readonly (Html | false)[];
  asked: readonly QuestionKey[];
};

/** A section: what it says, how it looks, and how to ask again. */
export const section = ({ id, title, month, lead, body = [], asked }: Section): Html => html`
<section id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${title}</h2>
<p class="lead">${lead}</p>
${body}
<p class="asked"><span>Ask again:</span> ${asked.map((key) => html`<code>${command(key, month)}</code> `)}</p>
</section>`;
