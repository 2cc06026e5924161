import { type Html, html } from "../../../functions/core/html.ts";
import { pageDocument } from "../../page/document.ts";
import { bars } from "../../page/plots/bars.ts";
import { stackedDays } from "../../page/plots/stacked-days.ts";
import { number, numbers, table, words } from "../../page/table.ts";
import { many, minuteUtc } from "../../page/words.ts";
import { type Change, changes } from "./answer.ts";
import { type Day, type Group, type Report, type Side, type Way, ways } from "./report.ts";
import { barFor, barsOf } from "./spans.ts";
import { answerTexts, mannerText, sentenceOf } from "./text.ts";

const SERIES = [
  { label: "Allowed at once", tone: 1 },
  { label: "People asked", tone: 2 },
  { label: "Denied", tone: 3 },
] as const;

type Section = { id: string; title: string; lead: string; body: Html | readonly (Html | false)[] };
const section = ({ id, title, lead, body }: Section): Html => html`
<section id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${title}</h2>
<p class="lead">${lead}</p>
${body}
</section>`;

const valuesOf = (counts: Record<Way, number>): number[] => ways.map((way) => counts[way]);
const total = (counts: Record<Way, number>): number =>
  valuesOf(counts).reduce((sum, value) => sum + value, 0);

function days({ days: all, undecidable }: Report): Html {
  const bar = barFor(all);
  const summed = barsOf(all, bar);
  const most = Math.max(1, ...summed.map(({ before }) => total(before)));
  const stacked = (which: "before" | "after", title: string, description: string) =>
    html`<h3>${title}</h3>${stackedDays(
      { id: `p-${which}`, title, description },
      SERIES,
      summed.map((each: Day) => ({ day: each.day, values: valuesOf(each[which]) })),
      { label: bar.label, most },
    )}`;
  const words_ = (which: "before" | "after") => {
    const sums = ways.map((way) => summed.reduce((sum, each) => sum + each[which][way], 0));
    return `${many(sums[0] ?? 0, "ask")} allowed at once, ${sums[1]} where people were asked, ${sums[2]} denied.`;
  };
  return section({
    id: "days",
    title: `Asks by ${bar.name}`,
    lead: `How asks were decided, and how they would be.${undecidable > 0 ? " Those that cannot be decided are in neither." : ""}`,
    body: [
      stacked("before", "Before", words_("before")),
      stacked("after", "After", words_("after")),
      numbers(
        `Asks by ${bar.name}`,
        [
          words("From", "day"),
          number("Allowed before", "before_allowed"),
          number("Allowed after", "after_allowed"),
          number("People before", "before_people"),
          number("People after", "after_people"),
          number("Denied before", "before_denied"),
          number("Denied after", "after_denied"),
        ],
        summed.map(({ day, before, after }) => ({
          day,
          ...Object.fromEntries(
            ways.flatMap((way) => [
              [`before_${way}`, String(before[way])],
              [`after_${way}`, String(after[way])],
            ]),
          ),
        })),
        400,
      ),
    ],
  });
}

const TONES: Partial<Record<Change, 1 | 2 | 3>> = {
  ...{ allowed_denied: 3, people_denied: 3 },
  ...{ allowed_people: 2, more_people: 2, shorter_window: 2 },
};

function changed(report: Report): Html {
  const counts = Object.entries(report.changes) as [Change, number][];
  const lead =
    counts.length === 0
      ? "Every ask that can be decided comes out as before."
      : `${counts.map(([change, count]) => `${count.toLocaleString("en-GB")} ${changes[change]}`).join("; ")}.`;
  return section({
    id: "changes",
    title: "What would be otherwise",
    lead: [lead, ...mannerText(report)].join(" "),
    body: [
      counts.length > 0 &&
        bars(
          { id: "p-changes", title: "Asks decided otherwise, by how", description: lead },
          counts.map(([change, value]) => ({ label: changes[change], value, tone: TONES[change] ?? 1 })),
        ),
    ],
  });
}

const countsText = (counts: Group["changes"]): string =>
  (Object.entries(counts) as [Change, number][])
    .map(([change, count]) => `${changes[change]} ${count}`)
    .join(", ");

const MOST_BARS = 20;

function groups(id: string, title: string, name: string, all: readonly Group[]): Html {
  const description = all.map((each) => `${each.id} ${each.asks}`).join(", ");
  return section({
    id,
    title,
    lead: all.length === 0 ? "None." : `An ask counts with each ${name.toLowerCase()} that has a part in it.`,
    body: [
      all.length > 0 &&
        bars(
          { id: `p-${id}`, title, description },
          all.slice(0, MOST_BARS).map(({ id: label, asks }) => ({ label, value: asks })),
        ),
      all.length > 0 &&
        table(
          title,
          [words(name, "id"), number("Asks", "asks"), words("How", "how"), words("For example", "first")],
          all.map(({ id: of, asks, changes: counts, first }) => ({
            ...{ id: of, asks: String(asks), how: countsText(counts), first },
          })),
          100,
        ),
    ],
  });
}

const examples = ({ examples: all }: Report): Html =>
  section({
    id: "examples",
    title: "Examples",
    lead: "Some of each kind, in the order of asking. Ask: latchkey explain with an id.",
    body: table(
      "Asks decided otherwise",
      [
        words("Asked (UTC)", "at"),
        words("Grant", "id"),
        words("Agent", "agent"),
        words("What", "what"),
        words("Before", "before"),
        words("After", "after"),
        words("Rules", "rules"),
      ],
      all.map((each) => {
        const { askedAt, id, agent, access, resource, rules } = each;
        const [before, after] = answerTexts(each);
        return {
          ...{ at: minuteText(new Date(askedAt).toISOString()), id, agent, what: `${access} ${resource}` },
          ...{ before, after, rules: rules.join(", ") },
        };
      }),
      1000,
    ),
  });

const open = ({ open: all, undecidable }: Report): Html =>
  section({
    id: "undecidable",
    title: "Cannot be decided",
    lead: `${many(undecidable, "ask")}: the record lacks what a rule needs that may apply to them. Nothing is guessed.`,
    body: table(
      "What is not on record",
      [
        words("Facts", "facts"),
        words("Rules that need them", "rules"),
        number("Asks", "asks"),
        words("Agents", "agents"),
        words("For example", "first"),
      ],
      all.map(({ facts, rules, asks, agents, first }) => ({
        ...{ facts: facts.join(", "), rules: rules.join(", ") || "the decision itself" },
        ...{ asks: String(asks), agents: agents.join(", "), first },
      })),
      100,
    ),
  });

const onTrial = ({ onTrial: all }: Report): Html =>
  section({
    id: "trial",
    title: "Rules on trial",
    lead: "What rules with @shadow were noted to say when the asks were made. They decided nothing.",
    body: table(
      "Asks by rule on trial",
      [
        words("Rule", "rule"),
        number("Would have denied", "deny"),
        number("Would have asked people", "ask"),
        number("Would have allowed", "allow"),
        number("Failed", "error"),
      ],
      all.map(({ rule, deny, ask, allow, error }) => ({
        ...{ rule, deny: String(deny), ask: String(ask), allow: String(allow), error: String(error) },
      })),
      100,
    ),
  });

const minuteText = (iso: string): string => iso.slice(0, 16).replace("T", " ");

const figures = ({ asks, same, otherwise, undecidable }: Report): [string, number][] => {
  return [
    ["Asks", asks],
    ["Decided alike", same],
    ["Decided otherwise", otherwise],
    ["Cannot be decided", undecidable],
  ];
};

const sideText = ({ name, version }: Side): Html =>
  html`<code>${name}</code> (<code>${version.slice(0, "sha256:".length + 12)}</code>)`;

/** A replay as one page that needs nothing else: no script, nothing fetched. `madeAt` in milliseconds. */
export function replayPage(report: Report, madeAt: number): string {
  const { period, against, otherwise, undecidable } = report;
  const isGood = otherwise + undecidable === 0;
  return pageDocument({
    title: "What a policy would have decided",
    heading: "What a policy would have decided",
    about: html`Asked from ${minuteText(period.from)} to ${minuteText(period.until)} UTC, decided again by ${sideText(report.policy)}, compared with ${against ? sideText(against) : "what was decided"}. Made ${minuteUtc(madeAt)} from the audit record.`,
    states: html`<p class="state ${isGood ? "good" : "bad"}">${sentenceOf(report)}</p>`,
    figures: figures(report),
    body: [
      changed(report),
      days(report),
      otherwise > 0 && groups("rules", "By rule", "Rule", report.byRule),
      otherwise > 0 && groups("agents", "By agent", "Agent", report.byAgent),
      otherwise > 0 && examples(report),
      undecidable > 0 && open(report),
      report.onTrial.length > 0 && onTrial(report),
    ],
    caveat: html`Only what was asked is decided again: under another policy, agents may ask otherwise. Whether the record was changed or cut is shown by <code>latchkey audit verify</code>.`,
  });
}
