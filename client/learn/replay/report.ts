import type { ShadowNote } from "../../../functions/core/policy/decided.ts";
import type { Period } from "../record/period.ts";
import { once } from "../record/read.ts";
import { type Answer, type Change, changes, isMannerOpen } from "./answer.ts";
import type { Replayed } from "./replay-ask.ts";
import type { Done } from "./work.ts";

type Otherwise = Extract<Replayed, { is: "otherwise" }>;
type Counts = Partial<Record<Change, number>>;
/** How many asks of a rule or an agent would be decided otherwise, in which way, and the first of them. */
export type Group = { id: string; asks: number; changes: Counts; first: string };
/** Asks that cannot be decided for the same reason. */
type Open = { rules: string[]; facts: string[]; asks: number; agents: string[]; first: string };
/** What a rule on trial was noted to say when the asks were made. */
type Trial = { rule: string } & Record<ShadowNote["would"], number>;
export const ways = ["allowed", "people", "denied"] as const;
export type Way = (typeof ways)[number];
/** Of one day, `yyyy-mm-dd` in UTC: how asks were decided, and how they would be. Undecidable ones are in neither. */
export type Day = { day: string; before: Record<Way, number>; after: Record<Way, number> };

/** What replaying a period has shown. */
export type Report = {
  period: { from: string; until: string };
  /** `against`: absent where the record itself is what was compared with. */
  policy: Side;
  against?: Side;
  asks: number;
  same: number;
  otherwise: number;
  undecidable: number;
  changes: Counts;
  byRule: Group[];
  byAgent: Group[];
  examples: Otherwise[];
  open: Open[];
  onTrial: Trial[];
  days: Day[];
  /** Asks of the same people by both, of which the record does not hold how they were asked. */
  mannerNotCompared: number;
};
/** A policy: what it is called, and its version. */
export type Side = { name: string; version: string };

const wayOf = ({ outcome }: Answer): Way =>
  (({ allow: "allowed", needs_approval: "people", deny: "denied", cannot_be_asked: "denied" }) as const)[
    outcome
  ];

const byTime = (one: Replayed, other: Replayed): number =>
  one.askedAt - other.askedAt || (one.id < other.id ? -1 : 1);
const most = <T extends { asks: number }>(list: readonly T[]): T[] =>
  [...list].sort((one, other) => other.asks - one.asks);

/** Asks by something that each has one or more of, the largest group first. */
function grouped(all: readonly Otherwise[], keysOf: (each: Otherwise) => readonly string[]): Group[] {
  const groups = new Map<string, Group>();
  for (const each of all)
    for (const id of new Set(keysOf(each))) {
      const group = groups.get(id) ?? { id, asks: 0, changes: {}, first: each.id };
      group.asks += 1;
      group.changes[each.change] = (group.changes[each.change] ?? 0) + 1;
      groups.set(id, group);
    }
  return most([...groups.values()]);
}

function openOf(all: readonly Replayed[]): Open[] {
  const groups = new Map<string, Open>();
  for (const each of all) {
    if (each.is !== "undecidable") continue;
    const { rules, facts, agent, id } = each;
    const key = JSON.stringify([rules, facts]);
    const group = groups.get(key) ?? { rules, facts, asks: 0, agents: [], first: id };
    group.asks += 1;
    if (!group.agents.includes(agent)) group.agents.push(agent);
    groups.set(key, group);
  }
  return most([...groups.values()]);
}

/** Examples of every way in which asks would be decided otherwise, so many of each; in the order of asking. */
function examplesOf(all: readonly Otherwise[], each: number): Otherwise[] {
  const told: Counts = {};
  return all.filter(({ change }) => {
    const before = told[change] ?? 0;
    told[change] = before + 1;
    return before < each;
  });
}

function countsOf(all: readonly Otherwise[]): Counts {
  const counts: Counts = {};
  for (const { change } of all) counts[change] = (counts[change] ?? 0) + 1;
  const order = Object.keys(changes) as Change[];
  return Object.fromEntries(order.flatMap((change) => (counts[change] ? [[change, counts[change]]] : [])));
}

const none = (): Record<Way, number> => ({ allowed: 0, people: 0, denied: 0 });

/** Whether a rule had a part in an ask, then or now, or is what it hangs on. */
const isAbout = (rule: string, replayed: Replayed): boolean =>
  replayed.before.rules.includes(rule) ||
  (replayed.is === "undecidable" ? replayed.rules.includes(rule) : replayed.after.rules.includes(rule)) ||
  (replayed.is === "otherwise" && replayed.rules.includes(rule));

/** Gathers what workers have done, in whatever order, into one report; each ask counts once. */
export function gathering({ rule }: { rule?: string | undefined } = {}) {
  const isNew = once();
  const days = new Map<string, Day>();
  const trials = new Map<string, Trial>();
  const kept: Replayed[] = [];
  let asks = 0;
  let mannerNotCompared = 0;
  const take = ({ replayed, shadow }: Done): void => {
    if (rule !== undefined && !isAbout(rule, replayed)) return;
    asks += 1;
    for (const { id, would } of shadow ?? []) {
      const trial = trials.get(id) ?? { rule: id, deny: 0, ask: 0, allow: 0, error: 0 };
      trial[would] += 1;
      trials.set(id, trial);
    }
    if (replayed.is !== "same") kept.push(replayed);
    if (replayed.is === "undecidable") return;
    if (isMannerOpen(replayed.before, replayed.after)) mannerNotCompared += 1;
    const day = new Date(replayed.askedAt).toISOString().slice(0, 10);
    const ofDay = days.get(day) ?? { day, before: none(), after: none() };
    ofDay.before[wayOf(replayed.before)] += 1;
    ofDay.after[wayOf(replayed.after)] += 1;
    days.set(day, ofDay);
  };
  return {
    asked: () => asks,
    took: (all: readonly Done[]): void => {
      for (const each of all) if (isNew(each, each.place)) take(each);
    },
    report(about: { period: Period; policy: Side; against?: Side | undefined; examples: number }): Report {
      const all = kept.sort(byTime);
      const otherwise = all.filter((each) => each.is === "otherwise");
      const iso = (at: number) => new Date(at).toISOString();
      return {
        period: { from: iso(about.period.from), until: iso(about.period.until) },
        policy: about.policy,
        ...(about.against ? { against: about.against } : {}),
        asks,
        same: asks - all.length,
        otherwise: otherwise.length,
        undecidable: all.length - otherwise.length,
        changes: countsOf(otherwise),
        byRule: grouped(otherwise, ({ rules }) => (rules.length > 0 ? rules : ["the catalogue"])),
        byAgent: grouped(otherwise, ({ agent }) => [agent]),
        examples: examplesOf(otherwise, about.examples),
        open: openOf(all),
        onTrial: [...trials.values()].sort((one, other) => (one.rule < other.rule ? -1 : 1)),
        days: [...days.values()].sort((one, other) => (one.day < other.day ? -1 : 1)),
        mannerNotCompared,
      };
    },
  };
}
