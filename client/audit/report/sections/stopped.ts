import { type Html, html } from "../../../../functions/core/html.ts";
import { bars } from "../../../page/plots/bars.ts";
import { latencies } from "../../../page/plots/latency.ts";
import { count, measure, sum, text } from "../../../page/row.ts";
import { code, duration, number, numbers, table, time, words } from "../../../page/table.ts";
import { many, sentence, took } from "../../../page/words.ts";
import type { Answers } from "../gather.ts";
import type { Month } from "../month.ts";
import { section } from "../section.ts";

/** How soon revoked access was gone, and where it was not. */
export function revocations(answers: Answers, month: Month): Html {
  const proven = answers.latency.flatMap((row) => {
    const p50 = measure(row, "p50_ms");
    if (p50 === undefined) return [];
    const p95 = measure(row, "p95_ms") ?? p50;
    const p99 = measure(row, "p99_ms") ?? p95;
    return [
      { label: text(row, "proof") || "unknown", p50, p95, p99, longest: measure(row, "longest_ms") ?? p99 },
    ];
  });
  const total = sum(answers.latency, "revocations");
  const [first] = proven;
  const failed = answers.failures.length;
  const lead = `${sentence(many(total, "revocation"))}${first ? `, half of them proven within ${took(first.p50)}` : ""}. ${sentence(many(failed, "thing"))} went wrong or took longer than two minutes.`;
  return section({
    id: "revocations",
    title: "How soon stopped access was gone",
    month,
    lead,
    asked: ["latency", "failures", "lockdowns"],
    body: [
      proven.length > 0 &&
        latencies(
          {
            id: "p-latency",
            title: "From the stop to its proof: middle, 95th and 99th of a hundred, longest",
            description: lead,
          },
          proven,
        ),
      proven.length > 0 &&
        html`<p class="quiet">● half of them were proven by then · ○ 95 and 99 of a hundred, and the longest. Probed: refused calls showed it. Expired: the window was over first.</p>`,
      total > 0 &&
        numbers(
          "Revocation latency by proof",
          [
            words("Proof", "proof"),
            number("Revocations", "revocations"),
            duration("Middle", "p50_ms"),
            duration("95 %", "p95_ms"),
            duration("99 %", "p99_ms"),
            duration("Longest", "longest_ms"),
          ],
          answers.latency,
        ),
      failed > 0 &&
        table(
          "Revocations that failed or were late",
          [
            code("What", "failure"),
            words("Grant", "grant_id"),
            words("Agent", "agent_id"),
            words("Role", "role_name"),
            time("Since (UTC)", "failed_at"),
            duration("Took", "took_ms"),
          ],
          answers.failures,
        ),
      answers.lockdowns.length > 0 &&
        table(
          "Lockdowns",
          [
            words("Target", "target"),
            words("Set by", "set_by"),
            time("Set (UTC)", "set_at"),
            number("Grants stopped", "stopped"),
            number("Not gone", "not_gone"),
            duration("All gone after", "latency_ms"),
            words("Reason", "reason"),
          ],
          answers.lockdowns,
        ),
    ],
  });
}

/** Access without people, and whether somebody looked at it afterwards. */
export function breakGlass(answers: Answers, month: Month): Html {
  const open = answers.glass.filter((row) => !text(row, "reviewed_at")).length;
  const lead = `${sentence(many(answers.glass.length, "break-glass grant"))}${answers.glass.length > 0 ? `, ${many(open, "review")} still open` : ""}.`;
  return section({
    id: "break-glass",
    title: "Break-glass, and its reviews",
    month,
    lead,
    asked: ["glass"],
    body: [
      answers.glass.length > 0 &&
        table(
          "Break-glass grants",
          [
            time("Asked (UTC)", "asked_at"),
            words("Agent", "agent_id"),
            words("Owner", "owner_id"),
            words("Resource", "resource_id"),
            words("Purpose", "purpose"),
            words("Reviewed by", "reviewer_id"),
            duration("Reviewed after", "review_ms"),
            words("Finding", "finding"),
          ],
          answers.glass,
        ),
    ],
  });
}

/** Who was told no, how often and why. */
export function refusals(answers: Answers, month: Month): Html {
  const byAgent = new Map<string, number>();
  for (const row of answers.refusals) {
    const agent = text(row, "agent_id") || "without a name";
    byAgent.set(agent, (byAgent.get(agent) ?? 0) + count(row, "refusals"));
  }
  const agents = [...byAgent].sort((a, b) => b[1] - a[1]);
  const lead = `${sentence(many(sum(answers.refusals, "refusals"), "refusal"))} of ${many(agents.length, "caller")}.`;
  const byNumber = [...answers.refusals].sort((a, b) => count(b, "refusals") - count(a, "refusals"));
  return section({
    id: "refusals",
    title: "Who was refused",
    month,
    lead,
    asked: ["refusals"],
    body: [
      agents.length > 0 &&
        bars(
          { id: "p-refusals", title: "Refusals by caller, the most refused first", description: lead },
          agents.slice(0, 12).map(([label, value]) => ({ label, value, tone: 3 as const })),
        ),
      agents.length > 0 &&
        numbers(
          "Refusals by caller and reason",
          [
            words("Caller", "agent_id"),
            words("What", "event_type"),
            code("Code", "code"),
            words("Of", "refused_thing"),
            number("Times", "refusals"),
            time("Last (UTC)", "last_at"),
          ],
          byNumber,
        ),
    ],
  });
}
