import { type Html, html } from "../../../functions/core/html.ts";
import { pageDocument } from "../../page/document.ts";
import { many, minuteUtc, sentence } from "../../page/words.ts";
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
function figures({ permissions, gathered, exceptions, changes, groups }: Review): [string, number][] {
  return [
    ["Permissions", permissions.filter(isPermitted).length],
    ["Asks", gathered.asked.length],
    ["Words of people", gathered.words.length],
    ["To explain", exceptions.length],
    ["Changes", changes.filter(({ change }) => change !== "in force").length],
    ["Owner groups", Object.keys(groups).length],
  ];
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
  const made = minuteUtc(madeAt);
  const until = month.isOver ? "" : `The month is not over: this is what was on record until ${made}. `;
  return pageDocument({
    title: `Access review, ${month.name}`,
    heading: `Access review for ${month.name}`,
    about: html`${until}Made ${made} from the audit record, days in UTC, and by evaluating policy <code>${short(policyVersion)}</code> for every agent, resource and access. Every row is in the CSV files beside this page; <code>manifest.json</code> has the hash of each.`,
    states: state(review),
    figures: figures(review),
    sections: SECTIONS.map(([id, name]) => [id, name]),
    body: SECTIONS.map(([, , make]) => make(review)),
    caveat: html`Whether this is what was signed, and who signed it off, is shown by <code>latchkey review verify</code>; whether the record that it was made from is whole, by <code>latchkey audit verify</code>.`,
    ownStyle: own,
  });
}
