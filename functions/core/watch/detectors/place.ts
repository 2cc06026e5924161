import * as z from "zod";
import type { DetectorOf } from "../detector.ts";

const placeState = z.strictObject({
  since: z.number().optional(),
  places: z.array(z.strictObject({ place: z.string(), last: z.number() })),
});
const MOST = 100;

/** Each place counts as new once; while the agent itself is new, all are learnt. */
export const place: DetectorOf<"place", z.infer<typeof placeState>> = {
  state: placeState,
  start: { places: [] },
  step(rule, before, { at, seen = [] }) {
    const found = [...new Set(seen.flatMap((each) => each[rule.what] ?? []))];
    if (found.length === 0) return { state: before };
    const since = Math.min(at, before.since ?? at);
    const fresh = found.filter((name) => !before.places.some((each) => each.place === name));
    const places = [
      ...before.places.map((each) =>
        found.includes(each.place) ? { ...each, last: Math.max(each.last, at) } : each,
      ),
      ...fresh.map((name) => ({ place: name, last: at })),
    ]
      .sort((one, other) => one.last - other.last)
      .slice(-MOST);
    const state = { since, places };
    const [first] = fresh;
    const hasLearnt = at - since >= rule.learnSeconds * 1000;
    return first !== undefined && hasLearnt
      ? { state, evidence: { [rule.what]: first, knownPlaces: before.places.length } }
      : { state };
  },
};
