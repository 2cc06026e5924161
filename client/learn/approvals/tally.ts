import type { AskedStage } from "./stages.ts";

/** What people did with the stages of one rule, or of one group. */
export type Tally = {
  name: string;
  asks: number;
  approved: number;
  rejected: number;
  expired: number;
  withdrawn: number;
  open: number;
  /** How many yeses came sooner than anybody reads. */
  unread: number;
  /** Of those that were decided, from when the stage opened. */
  p50Ms: number | undefined;
  p95Ms: number | undefined;
  longestMs: number | undefined;
  /** Who decided, the busiest first. */
  by: { person: string; yes: number; no: number }[];
};

/** The smallest value that at least this share of all is not over: no value is made up between two. */
function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

export function groupBy<T>(list: readonly T[], keyOf: (each: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of list) {
    const key = keyOf(each);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return groups;
}

/** True when a yes came sooner after the asking than anybody can read: the threshold of the flag `unread-approval`. */
export const isUnread = (word: AskedStage["words"][number], seconds: number): boolean =>
  word.yes && word.tookMs < seconds * 1000;

function byWhom(stages: readonly AskedStage[]): Tally["by"] {
  const words = groupBy(
    stages.flatMap((each) => each.words),
    ({ person }) => person,
  );
  return [...words]
    .map(([person, said]) => {
      const yes = said.filter((word) => word.yes).length;
      return { person, yes, no: said.length - yes };
    })
    .sort((one, other) => other.yes + other.no - one.yes - one.no || (one.person < other.person ? -1 : 1));
}

function tallyOf(name: string, stages: readonly AskedStage[], unreadSeconds: number): Tally {
  const count = (result: AskedStage["result"]) => stages.filter((each) => each.result === result).length;
  const took = stages.flatMap(({ tookMs }) => (tookMs === undefined ? [] : [tookMs]));
  return {
    name,
    asks: stages.length,
    ...{ approved: count("approved"), rejected: count("rejected"), expired: count("expired") },
    ...{ withdrawn: count("withdrawn"), open: count("open") },
    unread: stages.flatMap(({ words }) => words).filter((word) => isUnread(word, unreadSeconds)).length,
    ...{ p50Ms: percentile(took, 0.5), p95Ms: percentile(took, 0.95), longestMs: percentile(took, 1) },
    by: byWhom(stages),
  };
}

/** A tally for each value of a key, the most asked first. */
export const talliesBy = (
  stages: readonly AskedStage[],
  keyOf: (stage: AskedStage) => string | undefined,
  unreadSeconds: number,
): Tally[] =>
  [...groupBy(stages, keyOf)]
    .map(([name, some]) => tallyOf(name, some, unreadSeconds))
    .sort((one, other) => other.asks - one.asks || (one.name < other.name ? -1 : 1));

/** Somebody who was asked, and how often they said anything. */
export type Asked = { person: string; groups: string[]; asked: number; words: number; unread: number };

/** Everybody who was mailed, the most silent first. A stage that others decided counts as asked all the same. */
export function askedPeople(stages: readonly AskedStage[], unreadSeconds: number): Asked[] {
  const each = stages.flatMap((stage) => stage.asked.map((person) => ({ person, stage })));
  return [...groupBy(each, ({ person }) => person)]
    .map(([person, list]) => {
      const said = list.flatMap(({ stage }) => stage.words.filter((word) => word.person === person));
      return {
        person,
        groups: [...new Set(list.map(({ stage }) => stage.group))].sort(),
        asked: list.length,
        words: said.length,
        unread: said.filter((word) => isUnread(word, unreadSeconds)).length,
      };
    })
    .sort(
      (one, other) =>
        one.words / one.asked - other.words / other.asked ||
        other.asked - one.asked ||
        (one.person < other.person ? -1 : 1),
    );
}
