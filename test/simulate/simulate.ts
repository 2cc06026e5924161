import type { Grant } from "../../functions/core/grant/grant.ts";
import { checkGrants } from "../fakes/check-world.ts";
import type { Mode } from "../fakes/wire.ts";
import { World } from "../fakes/world.ts";
import { withClaims } from "../functions/read-masked/claims.ts";
import { Deliveries } from "./deliveries.ts";
import { type Due, Engine, type Fired, START_MS } from "./engine.ts";
import { type Actor, beginnings, type Life, lives } from "./lives.ts";
import { FileWorkflow } from "./machine.ts";
import { Oracles } from "./oracles.ts";
import { type Random, randomFor } from "./random.ts";
import { recordProblem } from "./record.ts";

const MINUTE = 60_000;
/** Actors begin, faults happen, all becomes quiet, all windows and deadlines are over. */
const BEGIN_MS = 6 * MINUTE;
const FAULTS_MS = 14 * MINUTE;
const SETTLED_MS = 24 * MINUTE;
const OVER_MS = 28 * 60 * MINUTE;
const SKEW_MS = 5 * MINUTE;

/** Which simulation: all that happens in it follows from this. */
export type Plan = {
  seed: number;
  /** Of each call, the chance that it goes wrong. */
  faults: number;
  /** Kept by shrinking: these actors alone, and these faults alone. Absent: all. */
  actors?: readonly number[] | undefined;
  only?: readonly string[] | undefined;
  /** Whether the record is exported: in every fourth world, where it is not said. */
  exports?: boolean | undefined;
  /** Nothing is left to chance: this life alone, each call as quick as the other, and at most the faults that are said. */
  calm?: { live: Life; fault: Fault } | undefined;
};
export type Outcome = {
  broken: string | undefined;
  actors: { index: number; name: string }[];
  fired: Fired[];
  trace: string[];
  world: World;
  counts: { runs: number; calls: number; grants: number; sessions: number; events: number };
};

type Cast = { index: number; name: string; atMs: number; live: Life };

/** What meets what: a few sorts of life at a time, so that what is rare among all is not. Every third world has all sorts. */
const themes: readonly (readonly string[])[] = [
  ["one stage", "two stages", "deploy"],
  ["routine", "renewed", "lockdown of an agent", "lockdown of a role"],
  ["routine", "renewed", "revoke"],
  ["one stage", "two stages", "revoke", "lockdown of a resource"],
  ["renewed", "routine", "routine"],
  ["masked", "action", "broken glass", "lockdown of everything"],
];

/** Who acts and when: some at once, so that they meet. */
function castOf({ seed, actors }: Plan): Cast[] {
  const random = randomFor(seed, "cast");
  const names = Object.entries(lives).flatMap(([name, { weight }]) => Array<string>(weight).fill(name));
  const few = random.chance(0.33) ? names : random.pick(themes);
  let atMs = 0;
  const cast = Array.from({ length: random.between(2, 9) }, (_, index): Cast => {
    atMs = random.chance(0.4) ? atMs + random.below(2_000) : random.below(BEGIN_MS);
    const name = random.pick(few);
    return { index, name, atMs, live: lives[name]?.live ?? (async () => undefined) };
  });
  return cast.filter(({ index }) => !actors || actors.includes(index));
}

/** How the machine of AWS keeps time: mostly a little late, at times early, or very late. */
function serviceOf(engine: Engine, random: Random, behindMs: number) {
  return {
    now: engine.now,
    until: engine.until,
    behindMs,
    jitter: random.next,
    lag: () => random.spread(10, 1_500),
    waits: (at: number) => {
      const off = random.chance(0.03) ? random.pick([-2_000, 90_000]) : random.below(1_000);
      return at + off;
    },
    note: (text: string) => engine.note(text),
  };
}

function lockdownHeard(oracles: Oracles, body: unknown): void {
  const { id, target, complete } = body as {
    id: string;
    target: { type: string; id?: string };
    complete: boolean;
  };
  if (!complete) return;
  oracles.lockdownComplete(id, ({ agent, resource }: Grant) => {
    if (target.type === "everything") return true;
    const of = {
      agent: agent.id,
      resource: resource.id,
      role: resource.role.replace("latchkey-access-", ""),
    };
    return of[target.type as keyof typeof of] === target.id;
  });
}

/** One fault at most, chosen by the caller: what an exhaustive search goes through. */
export type Fault = (due: Due) => Mode | undefined;

function faultsOf({ seed, faults, only }: Plan, isOver: () => boolean): Fault {
  const kept = only && new Set(only);
  return ({ at, modes }) => {
    if (isOver()) return undefined;
    const random = randomFor(seed, `fault ${at}`);
    if (!random.chance(faults) || (kept && !kept.has(at))) return undefined;
    return random.pick(modes);
  };
}

type Scene = {
  world: World;
  engine: Engine;
  oracles: Oracles;
  deliveries: Deliveries;
  machine: FileWorkflow;
};

const SKEWABLE = [
  ...["mint-credentials", "end-access", "sweep", "revoke-access", "prove-denial", "grants-api", "machine"],
] as const;

/** A world with everything that goes on in it by itself, before anybody acts. */
function sceneOf(plan: Plan): Scene {
  const { seed, calm } = plan;
  const random = randomFor(seed, "world");
  const world = new World(calm ? beginnings[0] : random.pick(beginnings), FileWorkflow);
  withClaims(world);
  const deps = world.deps.bind(world);
  // Sessions are short, so that windows outlast them.
  world.deps = () => ({ ...deps(), longestSessionSeconds: 900, rotateBeforeSeconds: 780 });
  const isFaulty = plan.faults > 0;
  const skewed = isFaulty && random.chance(0.3) ? random.pick(SKEWABLE) : undefined;
  const skew = random.pick([-SKEW_MS, SKEW_MS]);
  const engine: Engine = new Engine(world, {
    seed,
    latencyMs: ({ slowness, random: own }) => (calm ? 5 : Math.ceil(own.spread(1, 400) * slowness)),
    fault: calm?.fault ?? faultsOf(plan, () => engine.now() - START_MS > FAULTS_MS),
    skewMs: (capability) => (capability === skewed ? skew : 0),
  });
  const oracles = new Oracles(engine, skewed !== undefined);
  const machine = world.workflow as FileWorkflow;
  const service = serviceOf(engine, randomFor(seed, "machine"), skewed === "machine" ? skew : 0);
  machine.service = calm ? { ...service, lag: () => 10, jitter: () => 0.5, waits: (at) => at } : service;
  const slowest = random.pick([1, 5_000, 12_000]);
  const iamRandom = randomFor(seed, "iam");
  world.iam.delayMs = () => (calm ? 1_000 : iamRandom.below(slowest));
  const deliveries = new Deliveries(engine, seed);
  deliveries.again = isFaulty ? 0.1 : 0;
  deliveries.exports = plan.exports ?? seed % 4 === 0;
  return { world, engine, oracles, deliveries, machine };
}

function begin({ engine, oracles }: Scene, { seed }: Plan, cast: readonly Cast[]): void {
  for (const { index, name, atMs, live } of cast) {
    const actor: Actor = {
      name: `${name} ${index}`.replaceAll(" ", "-"),
      engine,
      random: randomFor(seed, `actor ${index}`),
      said: oracles.said,
      ids: [],
    };
    engine.timeline.plan(engine.now() + atMs, () => {
      live(actor).catch((fault: unknown) =>
        oracles.breaks("client", `${actor.name}: ${(fault as Error).stack}`),
      );
    });
  }
  let heard = 0;
  engine.whenQuiet.push(() => {
    for (; heard < oracles.said.length; heard += 1) {
      const { what, status, body } = oracles.said[heard] ?? {};
      if (what === "lockdown" && (status ?? 0) < 300) lockdownHeard(oracles, body);
    }
  });
}

/** Plays a simulation to its end, or until something must not be. */
export async function simulate(plan: Plan): Promise<Outcome> {
  const scene = sceneOf(plan);
  const { world, engine, oracles, deliveries, machine } = scene;
  const { calm } = plan;
  const cast: Cast[] = calm ? [{ index: 0, name: "life", atMs: 0, live: calm.live }] : castOf(plan);
  begin(scene, plan, cast);
  const isBroken = () => oracles.broken !== undefined;
  // Of one life alone every sweep that finds something is played, and no other.
  deliveries.everyMinute = calm === undefined;
  await engine.play(START_MS + SETTLED_MS, isBroken);
  if (!isBroken()) oracles.whenSettled();
  deliveries.everyMinute = false;
  if (!isBroken()) await engine.play(START_MS + OVER_MS, isBroken);
  if (!isBroken()) oracles.atTheEnd();
  for (const failed of machine.failed) oracles.breaks("I-40", failed);
  if (!isBroken()) {
    const wrong = checkGrants(world) ?? (await recordProblem(world, deliveries.exports));
    if (wrong) oracles.breaks(...splitId(wrong));
  }
  const counts = {
    ...engine.counts,
    grants: world.fake.items().filter(({ entity }) => entity === "grant").length,
    sessions: world.sts.issued.length,
    events: world.fake.events.length,
  };
  return {
    broken: oracles.broken,
    actors: cast.map(({ index, name }) => ({ index, name })),
    fired: engine.fired,
    trace: engine.trace,
    world,
    counts,
  };
}

const splitId = (text: string): [string, string] => {
  const at = text.indexOf(": ");
  return [text.slice(0, at), text.slice(at + 2)];
};
