import type { Mode } from "../fakes/wire.ts";
import type { World } from "../fakes/world.ts";
import type { Due } from "./engine.ts";
import type { Fault, Outcome } from "./simulate.ts";
import { simulate } from "./simulate.ts";
import type { Single } from "./single-lives.ts";

/** A call of a life, and one way for it to go wrong. */
type Point = { at: string; mode: Mode; shown: string };

/** What sort of grants there are, and in which states. */
const statesOf = (world: World): string =>
  world.fake
    .items()
    .flatMap(({ entity, status, resource, masked, stages, breakGlass }) => {
      if (entity !== "grant") return [];
      const { kind } = resource as { kind: string };
      return [[status, kind, masked, (stages as unknown[]).length, breakGlass].join(" ")];
    })
    .join();
/** Reads of `sweep` that look at roles, people, policy, counters: the same whatever state a grant is in, but for one that is denied. */
const isOfAll = ({ run, shown }: Due, states: string): boolean =>
  run.capability === "sweep" && !/^(Query due|Get GRANT|Transact|Update)/.test(shown) && !/REVO/.test(states);

/**
 * Which call it is: of which function, the how manieth of its run, about what, while which grants are in which states. The
 * shards of the due index are asked at once and are alike, but for which of them is behind. A run that dies after a read
 * has done what one did that died after the write before: so only its first read is the last one of a run, too.
 */
function identityOf(due: Due, mode: Mode): string {
  const { run, shown, isRead } = due;
  const all = statesOf(run.world);
  const states = isOfAll(due, all) ? "" : all;
  const isShard = shown === "Query due" && mode !== "stale";
  const place = (isRead && mode === "dies") || isShard ? "" : `${run.calls} ${shown}`;
  return `${mode} ${run.capability} ${place} ${states}`;
}

async function play({ live, exports }: Single, fault: Fault): Promise<Outcome> {
  return simulate({ seed: 1, faults: 0, exports: exports === true, calm: { live, fault } });
}

/**
 * Every way in which any call of a life can go wrong, but those that are `known`. A call that is made again as it was, by
 * the same function at the same place while the grants are as they were, is that call: a sweep that finds each minute what
 * the last one found, or the ask that two lives begin with.
 */
async function pointsOf(single: Single, known: Set<string>): Promise<{ points: Point[]; calm: Outcome }> {
  const points: Point[] = [];
  const calm = await play(single, (due) => {
    for (const mode of due.modes) {
      const identity = identityOf(due, mode);
      if (known.has(identity)) continue;
      known.add(identity);
      points.push({ at: due.at, mode, shown: due.shown });
    }
    return undefined;
  });
  return { points, calm };
}

/** What is wrong with a life of which one call went wrong so; undefined: nothing. */
async function problemWith(single: Single, point: Point | undefined): Promise<string | undefined> {
  const { broken, world } = await play(single, ({ at }) => (at === point?.at ? point.mode : undefined));
  if (broken) return broken;
  const grants = world.fake.items().filter(({ entity }) => entity === "grant");
  if (grants.length !== single.grants) return `I-38: ${grants.length} grants`;
  const ends = grants.map(({ status }) => String(status));
  if (!ends.every((status) => single.ends.includes(status))) return `I-42: ends as ${ends.join()}`;
  const happened = new Set(world.fake.events.map(({ body }) => (JSON.parse(body) as { type: string }).type));
  const missing = single.has.filter((type) => !happened.has(type));
  return missing.length > 0 ? `I-47: nothing of ${missing.join()}` : undefined;
}

/**
 * The first call of a life, and the way for it to go wrong, after which something is not as it must be; undefined: there is
 * none. `tried` are the ways that there were. With `LATCHKEY_FAULTS=all` a life tries also what another began with.
 */
export async function firstProblem(
  single: Single,
  { known, tried }: { known: Set<string>; tried: Set<Mode> },
): Promise<string | undefined> {
  const calm = await problemWith(single, undefined);
  if (calm) return `without a fault: ${calm}`;
  const { points } = await pointsOf(single, process.env.LATCHKEY_FAULTS === "all" ? new Set() : known);
  for (const point of points) {
    tried.add(point.mode);
    const problem = await problemWith(single, point);
    if (problem) return `${point.at} ${point.shown}: ${point.mode}: ${problem}`;
  }
  return undefined;
}
