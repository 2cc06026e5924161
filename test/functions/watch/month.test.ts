import { beforeAll, describe, expect, it } from "vitest";
import { incidents } from "./incidents.ts";
import { type Measured, measure, openWatch, sumOf } from "./measure.ts";
import { FROM, ordinary } from "./month.ts";

const DAYS = 30;
/** How many false alarms people may be woken by: one of an agent in a month, and of all rules together. */
const MOST_ALERTS_PER_AGENT_DAY = 1 / 30;
const MOST_NOTES_PER_AGENT_DAY = 0.15;

describe("thirty days of ordinary work", () => {
  let measured: Measured;
  beforeAll(() => {
    measured = measure(DAYS, 1);
    const { agentDays } = measured;
    const rate = (count: number) => (count / agentDays).toFixed(4);
    process.stdout.write(
      `measured: red flags per agent and day of ordinary work: ${rate(sumOf(measured, "note"))} notes, ${rate(sumOf(measured, "alert"))} alerts\n`,
    );
  }, 120_000);

  it("stop nothing and nobody", () => {
    expect(sumOf(measured, "revoke", "lockdown")).toBe(0);
    expect(measured.told).toBeGreaterThan(15_000);
  });
  it("wake people at most once a month for each agent", () => {
    expect(sumOf(measured, "alert")).toBeLessThanOrEqual(measured.agentDays * MOST_ALERTS_PER_AGENT_DAY);
  });
  it("leave few notes", () => {
    expect(sumOf(measured, "note")).toBeLessThanOrEqual(measured.agentDays * MOST_NOTES_PER_AGENT_DAY);
  });

  it("hide no incident: among them, and after them, each is seen", () => {
    const watch = openWatch();
    for (const told of ordinary(8, 2)) watch.tell(told);
    const unseen = incidents.flatMap((incident, index) => {
      // Weaker ones may be hidden by what the agent does anyway: an hour's calls by those of a busy day.
      const most = incident.over.at(-1);
      if (most === undefined || incident.rule === "two-callers-new-agent") return [];
      const at = FROM + 20 * 86_400_000 + index * 3 * 86_400_000;
      const seen = incident.told(most, at).flatMap((told) => watch.tell(told).map(({ rule }) => rule.id));
      return seen.includes(incident.rule) ? [] : [`${incident.rule}: ${incident.how}`];
    });
    expect(unseen).toEqual([]);
  });
});
