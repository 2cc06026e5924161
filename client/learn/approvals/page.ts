import { type Html, html } from "../../../functions/core/html.ts";
import { pageDocument } from "../../page/document.ts";
import { bars, LABELS, short } from "../../page/plots/bars.ts";
import { latencies } from "../../page/plots/latency.ts";
import { type Column, table } from "../../page/table.ts";
import { many, minuteUtc, sentence } from "../../page/words.ts";
import { type Period, periodText } from "../record/period.ts";
import type { OfParts } from "./automation.ts";
import type { ApprovalInsights } from "./insights.ts";
import { cellsOf, KINDS, PARTS_WHY, replayText, silentOf } from "./lines.ts";
import type { Proposal } from "./proposal.ts";
import type { Tally } from "./tally.ts";

// A patch keeps its lines, and scrolls by itself where one is too long.
const own = html`pre{margin:.5rem 0;padding:.7rem .9rem;overflow-x:auto;background:var(--code);border-radius:9px;font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:normal}
h3{margin:1.1rem 0 .3rem;font-size:1.0625rem}
@media print{pre{white-space:pre-wrap;border:1px solid #999;background:#fff}}
`;
const HEADS = ["Asks", "Yes", "No", "Lapsed", "Half within", "95% within", "Unread", "By whom"];
const columnsOf = (name: string): Column[] =>
  [sentence(name), ...HEADS].map((head, index) => ({
    head,
    show: (row) => row[String(index)] ?? "",
    ...(index > 0 && index < HEADS.length ? { isNumber: true } : {}),
  }));
const rowOf = (cells: readonly string[]) => Object.fromEntries(cells.map((cell, index) => [index, cell]));

const talliesTable = (caption: string, name: string, tallies: readonly Tally[]): Html =>
  table(
    caption,
    columnsOf(name),
    tallies.map((each) => rowOf([each.name, ...cellsOf(each)])),
    100,
  );

const MOST_PLOTTED = 12;

function plots(id: string, what: string, tallies: readonly Tally[]): Html[] {
  const shown = tallies.slice(0, MOST_PLOTTED);
  const decided = shown.flatMap(({ name, p50Ms, p95Ms, longestMs }) =>
    p50Ms === undefined || p95Ms === undefined || longestMs === undefined
      ? []
      : [
          {
            label: short(name),
            p50: p50Ms,
            p95: p95Ms,
            p99: p95Ms,
            longest: longestMs,
          },
        ],
  );
  const most = shown[0];
  return [
    bars(
      {
        id: `${id}-asks`,
        title: `Asks by ${what}`,
        description: most ? `${most.name} asked most: ${most.asks} times.` : "",
      },
      shown.map(({ name, asks }) => ({ label: name, value: asks })),
    ),
    ...(decided.length > 0
      ? [
          latencies(
            {
              id: `${id}-time`,
              title: `Time to decide by ${what}`,
              description: "From the middle to the longest; rings are the 95th percentile and the longest.",
            },
            decided,
            LABELS,
          ),
        ]
      : []),
  ];
}

function tallied(
  id: string,
  title: string,
  { what, tallies }: { what: string; tallies: readonly Tally[] },
): Html {
  return html`
<section id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${title}</h2>
${
  tallies.length === 0
    ? html`<p class="lead">Nobody was asked by a ${what} that the policy has.</p>`
    : [
        html`<p class="lead">How often each ${what} asked; and how long people took: the dot is half of them, the rings are 95% and all.</p>`,
        plots(id, what, tallies),
        talliesTable(`What came of each ${what}`, what, tallies),
      ]
}
</section>`;
}

function people(found: ApprovalInsights): Html {
  const silent = silentOf(found);
  const lead =
    found.people.length === 0
      ? "The record names nobody who was mailed."
      : silent.length === 0
        ? "Everybody who was asked often has answered."
        : `${sentence(many(silent.length, "person", "people"))} never answered, of those who were asked ${found.thresholds.silent} times or more.`;
  const cells = found.people.map(({ person, groups, asked, words, unread }) =>
    rowOf([person, groups.join(", "), String(asked), String(words), String(unread)]),
  );
  const columns: Column[] = ["Person", "Of", "Asked", "Answered", "Unread"].map((head, index) => ({
    head,
    show: (row) => row[String(index)] ?? "",
    ...(index > 1 ? { isNumber: true } : {}),
  }));
  return html`
<section id="people" aria-labelledby="people-h">
<h2 id="people-h">Who is asked</h2>
<p class="lead">${lead}</p>
${cells.length > 0 && table("How often each was asked, and answered", columns, cells, 100)}
</section>`;
}

const proposed = ({ kind, because, rule, replay, examples, casesToChange, patch }: Proposal): Html => html`
<h3>${KINDS[kind]}: ${rule}</h3>
<p>${because}. ${replayText(replay)}</p>
<p class="quiet">Grants to look at: ${examples.map((id) => html`<code>${id}</code> `)}</p>
${
  casesToChange.length > 0 &&
  html`<p>Cases that say otherwise then:</p><ul>${casesToChange.map((name) => html`<li>${name}</li>`)}</ul>`
}
<pre tabindex="0" role="group" aria-label="The change of ${rule} as a patch">${patch}</pre>`;

const inParts = (list: readonly OfParts[]): Html => html`
<h3>Always approved, and only in parts</h3>
<p>${PARTS_WHY}</p>
<ul>${list.map(({ because, examples }) => html`<li>${because}: ${examples.map((id) => html`<code>${id}</code> `)}</li>`)}</ul>`;

function proposals({ proposals: list, ofParts = [], thresholds }: ApprovalInsights): Html {
  const bounds = `Looked for: ${thresholds.asks} asks with one answer, ${thresholds.unused} grants unused, ${thresholds.rejected} rejections, each over ${thresholds.days} days or more. Below that nothing is claimed.`;
  const lead = list
    ? list.length === 0
      ? "The record speaks for no change of the policy."
      : `The record speaks for ${many(list.length, "change")} of the policy. Each was loaded with its cases and tried on the asks of the period.`
    : "Without a policy there is nothing to change: name it with --policy.";
  return html`
<section id="changes" aria-labelledby="changes-h">
<h2 id="changes-h">What could be changed</h2>
<p class="lead">${lead}</p>
<p class="quiet">${bounds}</p>
${(list ?? []).map(proposed)}
${ofParts.length > 0 && inParts(ofParts)}
</section>`;
}

/** What people did as one page that needs nothing else: no script, nothing fetched. `madeAt` in milliseconds. */
export function approvalInsightsPage(found: ApprovalInsights, period: Period, madeAt: number): string {
  return pageDocument({
    title: `What people do with asks, ${periodText(period)}`,
    heading: "What people do with what they are asked",
    about: html`Asks ${periodText(period)}, with all that came of them. Made ${minuteUtc(madeAt)} from the audit record.`,
    figures: [
      ["Asks", found.asks],
      ["Of people", found.asked],
      ["Changes to look at", found.proposals?.length ?? 0],
    ],
    sections: [
      ["changes", "What could be changed"],
      ["rules", "Rules"],
      ["groups", "Groups"],
      ["people", "People"],
    ],
    body: [
      proposals(found),
      tallied("rules", "By rule", { what: "rule", tallies: found.byRule }),
      tallied("groups", "By group", { what: "group", tallies: found.byGroup }),
      people(found),
    ],
    caveat: html`A proposed change is a thing to think about, and no advice: who wrote the rule knows why.`,
    ownStyle: own,
  });
}
