import { describe, expect, it } from "vitest";
import { incidents } from "./incidents.ts";
import { openWatch, rules } from "./measure.ts";

const AT = Date.parse("2026-10-14T10:00:00Z");
const raisedBy = (incident: (typeof incidents)[number], much: number): string[] => {
  const watch = openWatch();
  return incident.told(much, AT).flatMap((told) => watch.tell(told).map(({ rule }) => rule.id));
};
const cases = (which: "over" | "under") =>
  incidents.flatMap((incident) =>
    incident[which].map((much) => [incident.rule, incident.how, much, incident] as const),
  );

describe("an injected incident", () => {
  it.each(cases("over"))("%s: %s, %i: is seen", (rule, _how, much, incident) => {
    expect(raisedBy(incident, much)).toContain(rule);
  });
  it.each(cases("under"))("%s: %s, %i: is not yet", (rule, _how, much, incident) => {
    expect(raisedBy(incident, much)).not.toContain(rule);
  });

  it("is there for every rule, in five variants at least; of policies of sessions in assumed.test.ts", () => {
    const there = (id: string) =>
      incidents
        .filter(({ rule }) => rule === id)
        .reduce((sum, { over, under }) => sum + over.length + under.length, 0);
    // One event is one too many: there is nothing just under it but none.
    const single = rules.filter((rule) => rule.detector === "tally" && rule.count === 1).map(({ id }) => id);
    const elsewhere = ["other-session-policy", "no-session-policy"];
    for (const { id } of rules)
      if (!elsewhere.includes(id))
        expect([id, there(id) >= (single.includes(id) || id === "two-callers-new-agent" ? 3 : 5)]).toEqual([
          id,
          true,
        ]);
  });

  it("is raised once for all of it: what follows within the quiet time adds none", () => {
    for (const incident of incidents) {
      const most = incident.over.at(-1);
      if (most === undefined || /network|region|assum/.test(incident.rule)) continue;
      const raised = raisedBy(incident, Math.min(most, 300)).filter((id) => id === incident.rule);
      expect([incident.rule, incident.how, raised.length]).toEqual([incident.rule, incident.how, 1]);
    }
  });
});
