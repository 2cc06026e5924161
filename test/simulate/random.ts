/** Numbers that are the same for the same seed (mulberry32, public domain). */
function randomOf(seed: number) {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (count: number) => Math.floor(next() * count);
  return {
    next,
    below,
    chance: (part: number) => next() < part,
    pick: <T>(list: readonly T[]): T => list[below(list.length)] as T,
    between: (from: number, to: number) => from + below(to - from + 1),
    /** As often between 1 and 10 as between 10 and 100: most things are quick, a few are very slow. */
    spread: (from: number, to: number) => Math.round(from * (to / from) ** next()),
  };
}
export type Random = ReturnType<typeof randomOf>;

/**
 * A source of its own for each name under a seed (FNV-1a): what one task draws does not move when another task is left
 * out, so that a schedule can be shrunk.
 */
export function randomFor(seed: number, name: string): Random {
  let hash = 0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1);
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return randomOf(hash);
}
