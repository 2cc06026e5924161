import type { Day, Report } from "../../client/learn/replay/report.ts";
import { numbers } from "../fakes/numbers.ts";

const chance = numbers(4);
const whole = (below: number): number => Math.floor(chance() * below);
const VERSION = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** Ninety days of asks, a few of which would be put to people, or let pass, otherwise. */
const days: Day[] = Array.from({ length: 90 }, (_, index): Day => {
  const day = new Date(Date.UTC(2026, 8, 1 + index)).toISOString().slice(0, 10);
  const isWeekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
  const [allowed, people, denied] = [isWeekend ? 8 : 40 + whole(20), whole(isWeekend ? 3 : 14), whole(4)];
  const fewer = Math.min(allowed, whole(6));
  return {
    day,
    before: { allowed, people, denied },
    after: {
      allowed: allowed - fewer,
      people: people + fewer - Math.min(people, 1),
      denied: denied + Math.min(people, 1),
    },
  };
});

const answer = {
  outcome: "allow",
  stages: [],
  brokenGlass: false,
  capSeconds: 1800,
  rules: ["read-at-home"],
} as const;
const example = (id: string, askedAt: number) =>
  ({
    ...{ id, agent: "analytics-copilot", resource: "product-docs", access: "read", askedAt },
    ...{ is: "otherwise", change: "allowed_people", rules: ["docs-need-their-owner"] },
    before: { ...answer, stages: [], rules: [...answer.rules] },
    after: {
      ...{ outcome: "needs_approval", brokenGlass: false, capSeconds: 1800, rules: ["read-at-home"] },
      stages: [{ group: "data-owners", quorum: 1, rule: "docs-need-their-owner" }],
    },
  }) as const satisfies Report["examples"][number];

/** A replay as its page shows it: `npm run screenshots`, and the tests of the page. */
export const replayExample: Report = {
  period: { from: "2026-09-01T00:00:00.000Z", until: "2026-11-30T00:00:00.000Z" },
  policy: { name: "policy", version: VERSION("a") },
  against: { name: "main:policy", version: VERSION("b") },
  ...{ asks: 4_271, same: 4_014, otherwise: 240, undecidable: 17 },
  changes: { allowed_people: 171, people_denied: 48, fewer_people: 21 },
  byRule: [
    { id: "docs-need-their-owner", asks: 171, changes: { allowed_people: 171 }, first: "k7m2abcdefgh2345" },
    { id: "claims-are-read-masked", asks: 48, changes: { people_denied: 48 }, first: "p3q4abcdefgh2345" },
    {
      id: "analytics-personal-data-needs-owner",
      asks: 21,
      changes: { fewer_people: 21 },
      first: "x5y6abcdefgh2345",
    },
  ],
  byAgent: [
    {
      id: "analytics-copilot",
      asks: 192,
      changes: { allowed_people: 171, fewer_people: 21 },
      first: "k7m2abcdefgh2345",
    },
    { id: "support-assistant", asks: 48, changes: { people_denied: 48 }, first: "p3q4abcdefgh2345" },
  ],
  examples: [
    example("k7m2abcdefgh2345", Date.UTC(2026, 8, 2, 8, 14)),
    example("k7m3abcdefgh2345", Date.UTC(2026, 8, 4, 13, 2)),
  ],
  open: [
    {
      ...{ rules: ["high-risk-needs-security-signed"], facts: ["risk"], asks: 17 },
      ...{ agents: ["release-job"], first: "m2n3abcdefgh2345" },
    },
  ],
  onTrial: [{ rule: "whole-tables-need-their-owner", deny: 0, ask: 64, allow: 0, error: 0 }],
  days,
  mannerNotCompared: 0,
};

const HOSTILE = '"><script>document.title="owned"</script><img src=x onerror=alert(1)> \u202e';
/** The same with what an attacker would call things, and with names longer than any column. */
export const hostileReplay: Report = {
  ...replayExample,
  policy: { name: HOSTILE, version: HOSTILE },
  byRule: [{ id: `${HOSTILE}${"long".repeat(60)}`, asks: 3, changes: { glass: 3 }, first: HOSTILE }],
  byAgent: [{ id: HOSTILE, asks: 3, changes: { more_people: 3 }, first: HOSTILE }],
  onTrial: [{ rule: HOSTILE, deny: 1, ask: 0, allow: 0, error: 2 }],
  mannerNotCompared: 88,
};
/** Nothing would be otherwise. */
export const quietReplay: Report = {
  ...replayExample,
  ...{ same: 4_271, otherwise: 0, undecidable: 0, changes: {}, byRule: [], byAgent: [], examples: [] },
  ...{ open: [], onTrial: [], days: days.slice(0, 20).map((day) => ({ ...day, after: day.before })) },
};
