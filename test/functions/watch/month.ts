import { chance, int, pick, type Rng, random } from "../../../local/data/random.ts";
import {
  type Ask,
  approved,
  asked,
  collected,
  readRows,
  refused,
  stageAsked,
  type Told,
  used,
} from "./events.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const FROM = Date.parse("2026-09-01T00:00:00Z");

/** How one agent works on an ordinary day: how often, when, on what, from where, and what goes wrong now and then. */
type Habit = {
  agent: string;
  home: string;
  resource: string;
  /** Grants of a working day, and of a day off. */
  grants: [number, number];
  hours: [number, number];
  seconds: readonly number[];
  parts: number;
  /** Addresses; the second one is of another gateway, in use from the first day on. */
  addresses: readonly string[];
  /** From this day on, all is called from another network: a deploy. */
  moves?: { day: number; address: string };
  rows?: number;
  bytes: number;
  calls: number;
  needsPeople?: number;
  /** Chances per grant: asks for another environment, too long a window, an extension refused, a collect too late. */
  elsewhere?: number;
  tooLong?: number;
  late?: number;
  /** Calls refused in a row where its code has a mistake. */
  mistaken?: [chance: number, most: number];
};

const HABITS: readonly Habit[] = [
  {
    ...{
      agent: "support-assistant",
      home: "production",
      resource: "claims",
      grants: [45, 12],
      hours: [6, 20],
    },
    ...{
      seconds: [300, 900],
      parts: 9,
      addresses: ["198.51.100.7", "203.0.113.40"],
      rows: 120,
      bytes: 400_000,
    },
    ...{ calls: 12, needsPeople: 0.12, late: 0.1, elsewhere: 0.001, mistaken: [0.02, 6] },
  },
  {
    // Each night, in a few minutes: many parts of one resource at once.
    ...{ agent: "finetune-pipeline", home: "training", resource: "support-conversations", grants: [12, 12] },
    ...{
      hours: [2, 3],
      seconds: [900],
      parts: 12,
      addresses: ["198.51.100.91"],
      bytes: 40_000_000,
      calls: 150,
    },
    ...{ late: 0.05, tooLong: 0.02 },
  },
  {
    ...{
      agent: "rag-indexer",
      home: "staging",
      resource: "embedding-corpus",
      grants: [24, 24],
      hours: [0, 24],
    },
    ...{ seconds: [600], parts: 5, addresses: ["203.0.113.9"], bytes: 5_000_000, calls: 40, late: 0.08 },
    ...{ moves: { day: 12, address: "192.0.2.77" }, mistaken: [0.01, 9] },
  },
  {
    // Tries again in a loop where something fails.
    ...{ agent: "eval-runner", home: "staging", resource: "eval-sets", grants: [16, 3], hours: [8, 18] },
    ...{ seconds: [120, 600], parts: 6, addresses: ["203.0.113.9"], bytes: 900_000, calls: 25, late: 0.15 },
    ...{ tooLong: 0.06, elsewhere: 0.004, mistaken: [0.03, 11] },
  },
  {
    ...{
      agent: "analytics-copilot",
      home: "production",
      resource: "feedback",
      grants: [10, 1],
      hours: [8, 17],
    },
    ...{ seconds: [900, 1800], parts: 8, addresses: ["198.51.100.7"], rows: 700, bytes: 2_000_000, calls: 9 },
    ...{ needsPeople: 0.6, tooLong: 0.04, elsewhere: 0.01, late: 0.05 },
  },
  {
    // Set up for another environment than it should be, by mistake, and put right after some tries.
    ...{ agent: "annotation-helper", home: "training", resource: "support-conversations", grants: [6, 0] },
    ...{ hours: [9, 17], seconds: [600], parts: 4, addresses: ["198.51.100.91"], bytes: 300_000, calls: 8 },
    ...{ elsewhere: 0.03, late: 0.2 },
  },
  {
    ...{
      agent: "release-job",
      home: "production",
      resource: "model-registry",
      grants: [4, 0],
      hours: [9, 16],
    },
    ...{ seconds: [300], parts: 2, addresses: ["192.0.2.140", "192.0.2.9"], bytes: 20_000, calls: 6 },
    ...{ needsPeople: 1, late: 0.02 },
  },
  {
    ...{
      agent: "training-pipeline",
      home: "training",
      resource: "feature-store",
      grants: [8, 8],
      hours: [1, 6],
    },
    ...{ seconds: [1800, 3600], parts: 4, addresses: ["10.3.4.5"], bytes: 60_000_000, calls: 300 },
    ...{ mistaken: [0.02, 5] },
  },
];
export const AGENTS = HABITS.map(({ agent, home }) => ({ id: agent, environment: home }));

const PEOPLE = ["priya", "ingrid", "maya", "oskar"];
/** How long people take, in seconds: somebody who waits for the mail, most, and the one who looks once a day. */
function readingTime(rng: Rng): number {
  if (chance(rng, 0.1)) return int(rng, 8, 30);
  return chance(rng, 0.15) ? int(rng, 3 * 3_600, 20 * 3_600) : int(rng, 40, 3_000);
}
const spread = (rng: Rng, mean: number): number =>
  Math.max(1, Math.round(mean * Math.exp((rng() + rng() + rng() - 1.5) * 1.1)));
const networkOfAddress = (address: string): string =>
  address.startsWith("10.") ? "private" : `${address.split(".").slice(0, 3).join(".")}.0/24`;

function wrongAsks(rng: Rng, habit: Habit, ask: Ask): Told[] {
  const { elsewhere = 0, tooLong = 0 } = habit;
  const told: Told[] = [];
  const again = int(rng, 1, 2);
  for (let index = 0; index < again; index += 1) {
    const at = ask.at - (index + 1) * 40_000;
    if (chance(rng, elsewhere))
      told.push(
        asked({
          ...{ ...ask, at, label: `${ask.label} elsewhere ${index}`, decision: "deny" },
          environment: habit.home === "production" ? "staging" : "production",
        }),
      );
    if (chance(rng, tooLong))
      told.push(
        asked({
          ...ask,
          at,
          label: `${ask.label} long ${index}`,
          decision: "deny",
          seconds: 7_200,
          cap: 3_600,
        }),
      );
  }
  return told;
}

function uses(rng: Rng, habit: Habit, ask: Ask, life: { at: number; address: string; busy: number }): Told[] {
  const { at, address, busy } = life;
  const minutes = Math.min(3, Math.max(1, Math.floor(ask.seconds / 120)));
  const network = networkOfAddress(address);
  const [wrong = 0, most = 0] = habit.mistaken ?? [];
  return Array.from({ length: minutes }, (_, index) => {
    const calls = spread(rng, (habit.calls * busy) / minutes);
    return used(ask, at, at + index * MINUTE + 2_000, {
      ...{ calls: calls + most, bytes: spread(rng, (habit.bytes * busy) / minutes), networks: [network] },
      ...(chance(rng, wrong) ? { refused: int(rng, 1, most) } : {}),
      ...(chance(rng, 0.002) ? { region: "us-east-1" } : {}),
      forSeconds: 50,
    });
  });
}

/** One grant's life as it is told, from its ask to what comes after its end. */
function lifeOf(
  rng: Rng,
  habit: Habit,
  { label, at, day, busy }: { label: string; at: number; day: number; busy: number },
): Told[] {
  const needs = chance(rng, habit.needsPeople ?? 0);
  const ask: Ask = {
    ...{ label, at, agent: habit.agent, environment: habit.home, resource: habit.resource },
    ...{ seconds: pick(rng, habit.seconds), part: `p${int(rng, 1, habit.parts)}/`, cap: 3_600 },
    decision: needs ? "needs_approval" : "allow",
  };
  const told = [...wrongAsks(rng, habit, ask), asked(ask)];
  let starts = at + 2_000;
  if (needs) {
    told.push(stageAsked(ask, at + 900));
    if (chance(rng, 0.1)) return told; // nobody decides
    starts = at + 900 + readingTime(rng) * 1000;
    told.push(approved(ask, pick(rng, PEOPLE), starts));
  }
  const { moves } = habit;
  const address = moves && day >= moves.day ? moves.address : pick(rng, habit.addresses);
  told.push(
    collected(ask, starts + 1_500, address),
    ...uses(rng, habit, ask, { at: starts + 2_000, address, busy }),
  );
  if (habit.rows) told.push(readRows(ask, starts + 5_000, spread(rng, habit.rows * busy)));
  const end = starts + ask.seconds * 1000;
  if (chance(rng, habit.late ?? 0)) {
    // Its library collects once more, or three times, before it knows that the grant is over; its calls are refused.
    const tries = int(rng, 1, 3);
    for (let index = 0; index < tries; index += 1)
      told.push(
        refused({ type: "agent", id: habit.agent }, end + (index + 1) * 2_000, {
          ...{ label: `${label} late ${index}`, code: "grant_over", path: "POST /grants/{id}/credentials" },
        }),
      );
    told.push(
      used(ask, starts, end + 2_000, { calls: 3, refused: 3, networks: [networkOfAddress(address)] }),
    );
  }
  return told;
}

function dayOf(rng: Rng, habit: Habit, day: number): Told[] {
  const isOff = day % 7 >= 5;
  const [often, seldom] = habit.grants;
  // The end of a month is twice as busy.
  const busy = day % 30 >= 28 ? 2 : 1;
  const count = Math.round(spread(rng, (isOff ? seldom : often) + 0.001) * (isOff && seldom === 0 ? 0 : 1));
  const most = habit.agent === "finetune-pipeline" ? often : count;
  const [from, to] = habit.hours;
  return Array.from({ length: most }, (_, index) => {
    const at = FROM + day * DAY + Math.floor((from + rng() * (to - from)) * HOUR);
    return lifeOf(rng, habit, { label: `${habit.agent} ${day} ${index}`, at, day, busy });
  }).flat();
}

const timeOf = (told: Told): number =>
  Date.parse(
    told.kind === "event" ? told.event.time : told.kind === "used" ? told.used.first : told.assumed.time,
  );

/**
 * So many days of ordinary work, in the order in which it reaches `watch`: events after seconds, use after some minutes, now
 * and then twice, and out of order. The same for the same seed.
 */
export function ordinary(days: number, seed: number): Told[] {
  const rng = random(seed, "ordinary days");
  const all = Array.from({ length: days }, (_, day) =>
    HABITS.flatMap((habit) => dayOf(rng, habit, day)),
  ).flat();
  const arrivals = all.flatMap((told) => {
    const delay = told.kind === "event" ? int(rng, 500, 8_000) : int(rng, 2 * MINUTE, 14 * MINUTE);
    const at = timeOf(told) + delay;
    return chance(rng, 0.02)
      ? [
          { at, told },
          { at: at + int(rng, 1_000, 90_000), told },
        ]
      : [{ at, told }];
  });
  return arrivals.sort((one, other) => one.at - other.at).map(({ told }) => told);
}
