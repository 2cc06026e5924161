import { type Html, html } from "../../../functions/core/html.ts";
import { pageDocument } from "../../page/document.ts";
import { count, sum } from "../../page/row.ts";
import { many, minuteUtc, sentence } from "../../page/words.ts";
import type { Answers } from "./gather.ts";
import type { Month } from "./month.ts";
import { exceptions, exceptionsIn, integrity, wholeDays } from "./sections/checks.ts";
import { approvals, asks, endings, lives } from "./sections/decided.ts";
import { breakGlass, refusals, revocations } from "./sections/stopped.ts";
import { acts, evidence, readers, used } from "./sections/used.ts";

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

const figures = (answers: Answers): [string, number][] => {
  const { days } = answers;
  return [
    ["Asks", sum(days, "asks")],
    ["Allowed at once", sum(days, "allowed")],
    ["Decided by people", sum(days, "needed_people")],
    ["Refused by policy", sum(days, "refused_by_policy")],
    ["Grants minted", sum(days, "minted")],
    ["Stopped early", sum(answers.latency, "revocations")],
    ["Glass broken", answers.glass.length],
    ["Calls refused", sum(days, "refused_calls")],
  ];
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

/** A month's record as one page that needs nothing else: no script, nothing fetched. `madeAt` in milliseconds. */
export function reportPage(answers: Answers, month: Month, madeAt: number): string {
  const made = minuteUtc(madeAt);
  const until = month.isOver ? "" : `The month is not over: this is what was on record until ${made}. `;
  const empty = isEmpty(answers);
  return pageDocument({
    title: `Access of AI agents, ${month.name}`,
    heading: `Access of AI agents in ${month.name}`,
    about: html`${until}Made ${made} from the audit record, days in UTC. Every figure is the answer to a named question; each section says how to ask it again.`,
    states: [
      state(answers, month),
      empty &&
        html`<p class="state">${sentence(`nothing was asked, refused or changed in ${month.name}, as far as the record says.`)}</p>`,
    ],
    figures: figures(answers),
    sections: SECTIONS.map(([id, name]) => [id, name]),
    body: SECTIONS.map(([, , make]) => make(answers, month)),
    caveat: html`What queries find is as good as the record they read. Whether it was changed or cut is shown by <code>latchkey audit verify</code>.`,
  });
}
