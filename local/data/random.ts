// Seeded randomness for the example data. Two machines must produce the same bytes, so nothing here (or in
// the generators) may use Math.random, the clock, Intl, or Math functions whose last digit varies by engine.

/** The next number, 0 <= n < 1. */
export type Rng = () => number;

/** FNV-1a, 32 bits: turns a label into a number that differs in many bits from its neighbours'. */
const hash = (label: string) => {
  let h = 0x811c9dc5;
  for (const char of label) h = Math.imul(h ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return h >>> 0;
};

/**
 * Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, more than enough for believable text and
 * useless for secrets. The label gives every data set a stream of its own, so that a change to one
 * generator does not shuffle the others.
 */
export const random = (seed: number, label: string): Rng => {
  let state = (hash(label) ^ Math.imul(seed, 0x9e3779b1)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** A whole number, both ends included. */
export const int = (rng: Rng, min: number, max: number) => min + Math.floor(rng() * (max - min + 1));

export const chance = (rng: Rng, probability: number) => rng() < probability;

export const pick = <T>(rng: Rng, list: readonly T[]): T => {
  if (list.length === 0) throw new RangeError("pick from an empty list");
  return list[int(rng, 0, list.length - 1)] as T;
};

/** One of the values, as often as its weight says; weights need no particular sum. */
export const weighted = <T>(rng: Rng, choices: readonly (readonly [value: T, weight: number])[]): T => {
  let left = rng() * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  throw new RangeError("weighted needs a choice with a weight above 0");
};

/** The list in another order (Fisher-Yates); the original stays as it is. */
export const shuffled = <T>(rng: Rng, list: readonly T[]): T[] => {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = int(rng, 0, i);
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
};

export const digits = (rng: Rng, length: number) =>
  Array.from({ length }, () => String(int(rng, 0, 9))).join("");

/** A UTC moment in whole seconds, `from` included and `to` excluded; both ISO dates such as 2026-03-31. */
export const date = (rng: Rng, from: string, to: string): Date => {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return new Date(start + Math.floor((rng() * (end - start)) / 1000) * 1000);
};

export const plusDays = (moment: Date, days: number) => new Date(moment.getTime() + days * 86_400_000);

/** 2026-03-31 */
export const isoDay = (moment: Date) => moment.toISOString().slice(0, 10);

/** 2026-03-31T09:30:00Z: whole seconds, as the systems of the example company log them. */
export const isoSecond = (moment: Date) => `${moment.toISOString().slice(0, 19)}Z`;
