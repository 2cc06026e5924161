import { type Outcome, type Plan, simulate } from "./simulate.ts";

/** Which invariant it is: shrinking must not end at another. */
export const idOf = (broken: string): string => broken.slice(0, broken.indexOf(":"));

/**
 * The fewest of a list with which it still fails, by leaving out halves, then quarters, and so on (delta debugging,
 * Zeller and Hildebrandt 2002).
 */
async function fewest<T>(all: readonly T[], fails: (some: readonly T[]) => Promise<boolean>): Promise<T[]> {
  let kept = [...all];
  if (kept.length > 0 && (await fails([]))) return [];
  for (let parts = 2; kept.length > 1; ) {
    const size = Math.ceil(kept.length / parts);
    let smaller: T[] | undefined;
    for (let from = 0; from < kept.length && !smaller; from += size) {
      const rest = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (rest.length < kept.length && (await fails(rest))) smaller = rest;
    }
    if (smaller) {
      kept = smaller;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) break;
    else parts = Math.min(kept.length, parts * 2);
  }
  return kept;
}

export type Shrunk = { plan: Plan; outcome: Outcome };

/** The same failure with as few actors and faults as it takes. */
export async function shrink(plan: Plan, found: Outcome): Promise<Shrunk> {
  const id = idOf(found.broken ?? "");
  let best: Shrunk = { plan, outcome: found };
  const tries = async (next: Plan): Promise<boolean> => {
    const outcome = await simulate(next);
    if (outcome.broken === undefined || idOf(outcome.broken) !== id) return false;
    best = { plan: next, outcome };
    return true;
  };
  const faults = await fewest(
    found.fired.map(({ at }) => at),
    (only) => tries({ ...best.plan, only }),
  );
  await fewest(
    found.actors.map(({ index }) => index),
    (actors) =>
      actors.length === 0 ? Promise.resolve(false) : tries({ ...best.plan, only: faults, actors }),
  );
  return best;
}
