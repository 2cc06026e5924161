import { type Html, html } from "../../../../functions/core/html.ts";
import { type DayState, dayStrip } from "../../../page/plots/day-strip.ts";
import { count, isTrue, type Row, sum, text } from "../../../page/row.ts";
import { type Column, code, duration, number, numbers, table, time, words } from "../../../page/table.ts";
import { grouped, many, sentence } from "../../../page/words.ts";
import type { Answers, QuestionKey } from "../gather.ts";
import type { Month } from "../month.ts";
import { section } from "../section.ts";

const who: Column[] = [
  words("Grant", "grant_id"),
  words("Agent", "agent_id"),
  words("Resource", "resource_id"),
];

type Check = { key: QuestionKey; says: string; columns: Column[] };

/** What must be none. A row in any of these needs an explanation in writing. */
const CHECKS: readonly Check[] = [
  {
    key: "unapproved",
    says: "Sessions minted without the approvals that policy asked for",
    columns: [
      ...who,
      time("Claimed (UTC)", "first_claim_at"),
      words("Plan", "approval_plan"),
      code("Found", "unapproved_by"),
    ],
  },
  {
    key: "own",
    says: "Approvals by the agent's owner, its team or whom it acted for",
    columns: [
      ...who,
      words("Approver", "approver_id"),
      time("When (UTC)", "approved_at"),
      code("Own by", "own_by"),
    ],
  },
  {
    key: "overCap",
    says: "Windows over the cap of the rule that allowed them",
    columns: [
      ...who,
      duration("Window", "window_seconds", 1_000),
      duration("Cap", "cap_seconds", 1_000),
      code("Over by", "over_by"),
    ],
  },
  {
    key: "ownerGone",
    says: "Access that was live while the agent's owner had left",
    columns: [
      ...who,
      words("Owner", "owner_id"),
      time("Left (UTC)", "gone_at"),
      time("Live until (UTC)", "live_until"),
    ],
  },
  {
    key: "noOutcome",
    says: "Intents to mint or deny that have no outcome",
    columns: [
      words("Grant", "grant_id"),
      words("Agent", "agent_id"),
      words("Intent", "intent"),
      time("When (UTC)", "intended_at"),
      words("State", "status"),
    ],
  },
];

/** How many rows of what must be none there are, by check. */
export const exceptionsIn = (answers: Answers): number =>
  CHECKS.reduce((total, { key }) => total + answers[key].length, 0);

export function exceptions(answers: Answers, month: Month): Html {
  const found = exceptionsIn(answers);
  const lead =
    found === 0
      ? "None of what must not be was found."
      : `${sentence(many(found, "exception"))} to be explained in writing.`;
  return section({
    id: "exceptions",
    title: "What must not be",
    month,
    lead,
    asked: CHECKS.map(({ key }) => key),
    body: [
      html`<ul class="checks">${CHECKS.map(({ key, says }) => {
        const rows = answers[key].length;
        return html`<li class="${rows === 0 ? "good" : "bad"}"><strong>${rows === 0 ? "None" : grouped(rows)}</strong> <span>${says}</span></li>`;
      })}</ul>`,
      ...CHECKS.map(
        ({ key, says, columns }) => answers[key].length > 0 && table(says, columns, answers[key]),
      ),
    ],
  });
}

function stateOf(row: Row | undefined): DayState {
  if (!row) return "none";
  if (count(row, "gaps") + count(row, "breaks") > 0) return "broken";
  return isTrue(row, "whole") ? "whole" : "open";
}

type Whole = { whole: number; broken: number; unsigned: number };
/** Of the days that are over: how many are whole, how many broken, and how many were not signed for every hour. */
export function wholeDays({ whole }: Answers, { past }: Month): Whole {
  const byDay = new Map(whole.map((row) => [text(row, "utc_day"), row]));
  const states = past.map((day) => stateOf(byDay.get(day)));
  const of = (state: DayState) => states.filter((each) => each === state).length;
  return { whole: of("whole"), broken: of("broken"), unsigned: of("open") + of("none") };
}

/** Whether the record of each day is signed and unbroken, as far as queries can tell. */
export function integrity(answers: Answers, month: Month): Html {
  const { whole, broken, unsigned } = wholeDays(answers, month);
  const byDay = new Map(answers.whole.map((row) => [text(row, "utc_day"), row]));
  const lead = `${grouped(whole)} of ${grouped(month.past.length)} days that are over are signed for every hour with no gap and no break in any chain${broken > 0 ? `; ${many(broken, "day")} broken` : ""}${unsigned > 0 ? `; ${many(unsigned, "day")} not signed for every hour` : ""}. ${grouped(sum(answers.whole, "events"))} events are on record.`;
  return section({
    id: "integrity",
    title: "Whether the record is whole",
    month,
    lead,
    asked: ["whole"],
    body: [
      dayStrip(
        { id: "p-days", title: "Days of the month, by whether their record is whole", description: lead },
        month.days.map((day) => ({
          day,
          state: month.past.includes(day) ? stateOf(byDay.get(day)) : ("none" as const),
        })),
      ),
      html`<p class="quiet">✓ signed each hour and unbroken · … not signed for every hour · ✕ a gap or a break in a chain · empty: not over yet, or nothing on record. Queries see what is in the bucket; proof against changes there is <code>latchkey audit verify</code>, with a digest that was kept elsewhere.</p>`,
      numbers(
        "The record by day",
        [
          words("Day", "utc_day"),
          number("Hours signed", "hours_signed"),
          number("Objects", "objects_signed"),
          number("Events", "events"),
          number("Extra copies", "extra_copies"),
          number("Gaps", "gaps"),
          number("Breaks", "breaks"),
        ],
        answers.whole,
      ),
    ],
  });
}
