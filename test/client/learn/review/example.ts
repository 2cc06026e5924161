import { readMonth } from "../../../../client/audit/report/month.ts";
import type { Move, RecordedGrant } from "../../../../client/learn/record/grant.ts";
import { gatherMonth } from "../../../../client/learn/review/gather.ts";
import { reviewOf } from "../../../../client/learn/review/pack.ts";
import type { AuditEvent } from "../../../../functions/core/audit/event.ts";
import { deployPolicy, type Edit } from "../../../fakes/policy.ts";
import { eventsOf } from "../year/write.ts";

const MADE_AT = Date.UTC(2026, 10, 3, 6, 30);
const month = readMonth("2026-10", MADE_AT);
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const AGENTS = ["eval-runner", "support-assistant", "finetune-pipeline", "access-reviewer"];
/** The example company with few of its agents: each is evaluated against everything. */
export const fewAgents: Edit = ({ catalogue }) => {
  catalogue.agents = catalogue.agents.filter(({ id }) => AGENTS.includes(id));
};
export const deps = deployPolicy(fewAgents);

const letters = "abcdefghijklmnopqrstuvwxyz234567";
export const grantNo = (number: number): string =>
  `${"review".padEnd(14, "a")}${letters[number >> 5]}${letters[number & 31]}`;

type Said = [person: string, afterMs: number, said: "yes" | "no"];
type Over = Partial<RecordedGrant> & { day: number; number: number; said?: Said[]; active?: false };

/** A grant by hand, asked on a day of October (0 is the last of September), with what people said and became of it. */
export function grantOf({ day, number, said = [], active, ...over }: Over): RecordedGrant {
  const askedAt = Date.UTC(2026, 9, 1, 9) + (day - 1) * DAY_MS;
  const plan = over.plan ?? [];
  const quorum = plan.reduce((sum, stage) => sum + stage.quorum, 0);
  let at = askedAt;
  let yes = 0;
  const words = said.map(([person, afterMs, word]): Omit<Move, "sequence"> => {
    at += afterMs;
    yes += word === "yes" ? 1 : 0;
    const type = word === "no" ? "grant.rejected" : yes >= quorum ? "grant.approved" : "grant.stage_approved";
    const [stage] = plan;
    const code = word === "no" ? { code: "rejected" } : {};
    return {
      type,
      at,
      actor: { type: "person", id: person },
      stage: 1,
      group: stage?.group ?? "privacy",
      ...code,
    };
  });
  const startsAt = Math.floor(at / 1000) * 1000 + 1000;
  const window = { attempt: 1, startsAt, endsAt: startsAt + 900_000 };
  const broker = { type: "broker" as const, id: "broker" };
  const lived = active === false || said.some(([, , word]) => word === "no");
  const moves = [
    {
      type: "grant.requested",
      at: askedAt,
      actor: { type: "agent" as const, id: over.agent ?? "eval-runner" },
    },
    ...words,
    ...(lived
      ? []
      : [
          { type: "grant.attempt_claimed", at: startsAt, actor: broker, ...window },
          { type: "grant.activated", at: startsAt + 500, actor: broker, ...window },
          { type: "grant.ended", at: window.endsAt, actor: broker, ...window, code: "window_over" },
        ]),
  ].map((move, index) => ({ ...move, sequence: index + 1 }));
  return {
    ...{ id: grantNo(number), agent: "eval-runner", owner: "maya", team: "ml-platform" },
    ...{ resource: "eval-sets", resourceArn: "arn:aws:s3:::sets/*", environment: "staging", access: "read" },
    ...{
      masked: false,
      windowSeconds: 900,
      purpose: "Weekly run",
      askedAt,
      decision: "allow",
      rules: ["read-at-home"],
    },
    ...{ policyVersion: deps.bundle.version, plan, breakGlass: false, capSeconds: 1800 },
    ...over,
    moves,
  };
}

const claims = { agent: "support-assistant", owner: "luca", resource: "claims", environment: "production" };
const privacy = { decision: "needs_approval" as const, plan: [{ stage: 1, group: "privacy", quorum: 1 }] };

/** Ordinary asks, of which nothing wants a reason. */
export const ordinary = [
  grantOf({ number: 0, day: 2 }),
  grantOf({ number: 1, day: 3, purpose: '=HYPERLINK("http://127.0.0.1/","more")' }),
  grantOf({ number: 2, day: 4, ...claims, ...privacy, said: [["tomas", 10 * MINUTE_MS, "yes"]] }),
  grantOf({ number: 3, day: 5, ...claims, ...privacy, said: [["priya", 20 * MINUTE_MS, "no"]] }),
  grantOf({
    number: 4,
    day: 6,
    agent: "rag-indexer",
    decision: "deny",
    rules: ["environments-do-not-cross"],
    active: false,
  }),
  // Asked in September, decided in October.
  grantOf({ number: 5, day: 0, ...claims, ...privacy, said: [["priya", DAY_MS, "yes"]] }),
];
/** One of each that wants a reason. */
export const odd = [
  grantOf({ number: 10, day: 10, ...claims, breakGlass: true }),
  grantOf({ number: 11, day: 11, ...claims, ...privacy, said: [["priya", 12_000, "yes"]] }),
  grantOf({ number: 12, day: 12, ...claims, ...privacy, said: [["luca", 10 * MINUTE_MS, "yes"]] }),
  grantOf({ number: 13, day: 13, ...claims, ...privacy }),
  grantOf({ number: 14, day: 14, windowSeconds: 3600, capSeconds: 1800 }),
  grantOf({ number: 15, day: 15, resource: "gone" }),
];

const eventsIn = (grants: readonly RecordedGrant[]): AuditEvent[] =>
  grants.flatMap((grant) => eventsOf(grant).map(({ event }) => event));

const beside = (number: number, day: number, over: Pick<AuditEvent, "type" | "facts">): AuditEvent => ({
  ...{ v: 1, id: `beside-of-the-review-${number}`, time: new Date(Date.UTC(2026, 9, day, 8)).toISOString() },
  actor: { type: "broker", id: "broker" },
  ...over,
});
const acts = [
  beside(1, 7, { type: "policy.changed", facts: { policyVersion: deps.bundle.version } }),
  beside(2, 7, { type: "person.added", facts: { people: "tomas", policyVersion: deps.bundle.version } }),
];

const monthOf = { from: Date.parse(month.from), until: Date.parse(month.to) };
/** The review of those grants. */
export async function reviewFor(
  grants: readonly RecordedGrant[],
  more: Partial<Parameters<typeof reviewOf>[0]> = {},
) {
  const gathered = await gatherMonth([...eventsIn(grants), ...acts].reverse(), monthOf);
  return reviewOf({ month, gathered, deps, madeAt: MADE_AT, ...more });
}
