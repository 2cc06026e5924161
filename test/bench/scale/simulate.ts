import { dice } from "../../core/audit/verify/lives.ts";
import { type Demand, type Kind, kinds } from "./demand.ts";
import type { Limits } from "./limits.ts";

/** When each part of a life begins, in seconds after the ask, when nothing keeps it waiting; windows are the shortest. */
const STEPS = [0, 1, 2, 60] as const;
const SECONDS = 120;

export type Waited = { what: string; use: number; p50: number; p99: number };

/** A token bucket with a queue: what comes when it is empty waits its turn, in order. Nothing is refused, so that the wait shows. */
class Bucket {
  private full = 0;
  readonly delays: number[] = [];
  private readonly rate: number;
  private readonly burst: number;
  constructor(rate: number, burst: number) {
    this.rate = rate;
    this.burst = burst;
  }
  /** The moment at which `tokens` may be had that are asked for at `now`. */
  take(now: number, tokens: number): number {
    this.full = Math.max(this.full, now) + tokens / this.rate;
    const ready = Math.max(now, this.full - this.burst / this.rate);
    this.delays.push(ready - now);
    return ready;
  }
}

/** Moments at which grants are asked for: as many as come of themselves, not one every so often. */
function arrivals(rate: number, below: () => number): number[] {
  const times: number[] = [];
  for (let now = 0; ; ) {
    now -= Math.log(1 - below()) / rate;
    if (now >= SECONDS) return times;
    times.push(now);
  }
}

type Event = { at: number; kind: Kind; part: number; step: number };

/** In order of time; a bucket of events a tenth of a second long, so that no heap is needed. */
class Calendar {
  private readonly slots: Event[][] = [];
  add(event: Event): void {
    const slot = Math.floor(event.at * 10);
    const there = this.slots[slot];
    if (there) there.push(event);
    else this.slots[slot] = [event];
  }
  *[Symbol.iterator](): Generator<Event> {
    for (let slot = 0; slot < this.slots.length; slot += 1) {
      // What is added to a slot while it is worked off is seen: later steps are a second away at least.
      for (const event of (this.slots[slot] ?? []).sort((a, b) => a.at - b.at)) yield event;
      delete this.slots[slot];
    }
  }
}

function kindOf(demand: Demand, chance: number): Kind {
  let rest = chance;
  for (const kind of kinds) {
    rest -= demand[kind].share;
    if (rest < 0) return kind;
  }
  return "automatic";
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Share of what a limit can take that is asked of it at a steady `rate`. */
export const useOf = (demand: Demand, limits: Limits, name: string, rate: number): number => {
  const limit = limits[name];
  if (!limit) throw new Error(`no limit ${name}`);
  const each = kinds.reduce((sum, kind) => sum + demand[kind].share * (demand[kind].takes[name] ?? 0), 0);
  return (each * rate) / (limit.rate * limit.parts);
};

/** Two minutes of asks at a steady mean rate: how long each limited thing keeps grants waiting, the fullest first. */
export function simulate(
  demand: Demand,
  limits: Limits,
  { rate, seed }: { rate: number; seed: number },
): Waited[] {
  const chance = dice(seed);
  const below = () => chance.below(1_000_000) / 1_000_000;
  const names = Object.keys(limits);
  const buckets = Object.fromEntries(
    Object.entries(limits).map(([name, { rate: each, burst, parts }]) => [
      name,
      Array.from({ length: parts }, () => new Bucket(each, burst)),
    ]),
  );
  const calendar = new Calendar();
  for (const moment of arrivals(rate, below))
    calendar.add({ at: moment, kind: kindOf(demand, below()), part: chance.below(1_000_000), step: 0 });
  for (const { at: now, kind, part, step } of calendar) {
    let ready = now;
    for (const name of names) {
      const tokens = (demand[kind].takes[name] ?? 0) / STEPS.length;
      const parts = buckets[name];
      if (tokens > 0) ready = Math.max(ready, parts?.[part % parts.length]?.take(now, tokens) ?? now);
    }
    const next = STEPS[step + 1];
    if (next !== undefined)
      calendar.add({ at: ready + next - (STEPS[step] ?? 0), kind, part, step: step + 1 });
  }
  const waited = names.map((name) => {
    const delays = (buckets[name] ?? []).flatMap((each) => each.delays).sort((a, b) => a - b);
    return {
      what: name,
      use: useOf(demand, limits, name, rate),
      p50: at(delays, 0.5),
      p99: at(delays, 0.99),
    };
  });
  return waited.sort((a, b) => b.use - a.use);
}
