import type { Html } from "../../../../functions/core/html.ts";
import { bars } from "../../../page/plots/bars.ts";
import { live } from "../../../page/plots/live.ts";
import { stackedDays } from "../../../page/plots/stacked-days.ts";
import { count, instant, measure, type Row, sum, text } from "../../../page/row.ts";
import { code, duration, number, numbers, table, time, words } from "../../../page/table.ts";
import { many, sentence, took } from "../../../page/words.ts";
import { type Answers, HASTY, SAMPLE } from "../gather.ts";
import type { Month } from "../month.ts";
import { section } from "../section.ts";

const OUTCOMES = [
  { column: "allowed", label: "allowed at once", tone: 1 },
  { column: "needed_people", label: "people were asked", tone: 2 },
  { column: "refused_by_policy", label: "refused by policy", tone: 3 },
] as const;

/** Asks by what policy said of them, day by day. */
export function asks(answers: Answers, month: Month): Html {
  const byDay = new Map(answers.days.map((row) => [text(row, "utc_day"), row]));
  const days = month.days.map((day) => ({
    day,
    values: OUTCOMES.map(({ column }) => count(byDay.get(day) ?? {}, column)),
  }));
  const total = (column: string) => sum(answers.days, column);
  const lead = sentence(
    `${many(total("asks"), "ask")}: ${many(total("allowed"), "was", "were")} allowed at once, ${many(total("needed_people"), "went", "went")} to people, ${many(total("refused_by_policy"), "was", "were")} refused by policy. Agents tried out ${many(total("dry_runs"), "further ask")} that would have made no grant. ${answers.noTicket.length === 0 ? "Every grant had a ticket and a purpose." : `${sentence(many(answers.noTicket.length, "grant"))} had no ticket, or no purpose that says anything.`}`,
  )
    .replaceAll("no was", "none was")
    .replaceAll("no went", "none went");
  return section({
    id: "asks",
    title: "What was asked",
    month,
    lead,
    asked: ["days", "noTicket"],
    body: [
      stackedDays({ id: "p-asks", title: "Asks by day and decision", description: lead }, OUTCOMES, days),
      numbers(
        "Asks and decisions by day",
        [
          words("Day", "utc_day"),
          ...OUTCOMES.map(({ column, label }) => number(sentence(label), column)),
          number("Said yes", "yes"),
          number("Rejected", "rejected"),
          number("Expired", "expired"),
          number("Minted", "minted"),
          number("Calls refused", "refused_calls"),
        ],
        answers.days,
      ),
    ],
  });
}

const STEPS: [string, number][] = [
  ["under 30 seconds", 30_000],
  ["30 seconds to 2 minutes", 120_000],
  ["2 to 10 minutes", 600_000],
  ["10 minutes to an hour", 3_600_000],
  ["1 to 4 hours", 14_400_000],
  ["4 hours to a day", 86_400_000],
  ["longer than a day", Number.POSITIVE_INFINITY],
];

function speeds(rows: readonly Row[]) {
  const all = rows.flatMap((row) => measure(row, "took_ms") ?? []).sort((a, b) => a - b);
  let from = 0;
  const buckets = STEPS.map(([label, under]) => {
    const value = all.filter((ms) => ms >= from && ms < under).length;
    from = under;
    return { label, value, tone: label.startsWith("under") ? (3 as const) : (1 as const) };
  });
  return { buckets, middle: all[Math.floor((all.length - 1) / 2)] };
}

/** How fast people say yes. */
export function approvals(answers: Answers, month: Month): Html {
  const { buckets, middle } = speeds(answers.approvals);
  const hasty = answers.hasty.length;
  const lead = `${sentence(many(answers.approvals.length, "word of approval", "words of approval"))}${middle === undefined ? "" : `, half of them within ${took(middle)}`}. ${sentence(many(hasty, "was", "were")).replace("No was", "None was")} given in under ${HASTY.seconds} seconds or as one of more than ${HASTY.per_day} by one person that day.`;
  return section({
    id: "approvals",
    title: "How people decided",
    month,
    lead,
    asked: ["hasty"],
    body: [
      answers.approvals.length > 0 &&
        bars({ id: "p-approvals", title: "Time until a yes", description: lead }, buckets),
      hasty > 0 &&
        table(
          "Hasty approvals",
          [
            words("Approver", "approver_id"),
            words("Grant", "grant_id"),
            time("Said yes (UTC)", "approved_at"),
            duration("After", "took_ms"),
            number("That day", "that_day"),
            code("Hasty by", "hasty_by"),
          ],
          answers.hasty,
        ),
    ],
  });
}

const spanOf = (row: Row) => {
  const from = instant(row, "activated_at");
  const to = instant(row, "access_until");
  return from !== undefined && to !== undefined && to > from ? [{ from, to }] : [];
};

/** How much was open at any time. */
export function lives(answers: Answers, month: Month): Html {
  const spans = answers.grants.flatMap(spanOf);
  const sampled = answers.grants.length >= SAMPLE;
  const lead = `${sentence(many(spans.length, "grant"))} asked for in the month had a session${sampled ? `, of a sample of ${SAMPLE.toLocaleString("en-GB")} grants: the month had more` : ""}.`;
  const during = { from: Date.parse(month.from), to: Date.parse(month.to) };
  return section({
    id: "live",
    title: "How much was open at a time",
    month,
    lead,
    asked: ["grants"],
    body: [
      spans.length > 0 &&
        live(
          { id: "p-live", title: "Grants with a live session, over the month", description: lead },
          spans,
          during,
        ),
    ],
  });
}

/** How grants ended. */
export function endings(answers: Answers, month: Month): Html {
  const ended = sum(answers.endings, "grants");
  const byCause = new Map<string, number>();
  for (const row of answers.endings) {
    const cause = text(row, "code").replaceAll("_", " ") || text(row, "status").toLowerCase();
    byCause.set(cause, (byCause.get(cause) ?? 0) + count(row, "grants"));
  }
  const causes = [...byCause].sort((a, b) => b[1] - a[1]);
  const [first] = causes;
  const lead = `${sentence(many(ended, "grant"))} closed${first ? `, most of all because of “${first[0]}”` : ""}.`;
  return section({
    id: "endings",
    title: "How grants ended",
    month,
    lead,
    asked: ["endings"],
    body: [
      ended > 0 &&
        bars(
          { id: "p-endings", title: "Grants closed, by cause", description: lead },
          causes.slice(0, 14).map(([label, value]) => ({ label, value })),
        ),
      ended > 0 &&
        numbers(
          "Endings by state, cause and proof",
          [
            words("State", "status"),
            code("Cause", "code"),
            code("Proof", "proof"),
            number("Grants", "grants"),
            time("First (UTC)", "first_at"),
            time("Last (UTC)", "last_at"),
          ],
          answers.endings,
        ),
    ],
  });
}
