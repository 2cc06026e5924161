// `npm run simulate -- --runs N [--seed S] [--faults f] [--jobs 2]`; `--actors 0,2 --only a,b --trace` plays a shrunk one.
import "../../client/policy/steady.ts";
import { type ChildProcess, fork } from "node:child_process";
import { parseArgs } from "node:util";
import { idOf, shrink } from "./shrink.ts";
import { type Outcome, type Plan, simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    /** These and no others. */
    seeds: { type: "string" },
    faults: { type: "string" },
    jobs: { type: "string", default: "1" },
    actors: { type: "string" },
    only: { type: "string" },
    trace: { type: "boolean", default: false },
    /** Of a process that plays some of the seeds for another one. */
    part: { type: "boolean", default: false },
    /** Says what the first failure is, and where; shrinks nothing. */
    find: { type: "boolean", default: false },
  },
});
const say = (text: string) => process.stdout.write(`${text}\n`);
const number = (name: "runs" | "seed" | "jobs"): number => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 1) {
    process.stderr.write(`--${name} must be a whole number from 1, not ${values[name]}.\n`);
    process.exit(2);
  }
  return value;
};
const [runs, first, jobs] = [number("runs"), number("seed"), number("jobs")];

/** Every third world has no faults, every third a few, every third many. */
const faultsOf = (seed: number): number =>
  values.faults === undefined ? ([0, 0.01, 0.04][seed % 3] ?? 0) : Number(values.faults);
const list = (text: string | undefined): string[] | undefined =>
  text?.split(",").filter((each) => each !== "");

const planOf = (seed: number): Plan => ({
  seed,
  faults: faultsOf(seed),
  actors: list(values.actors)?.map(Number),
  only: list(values.only),
});

function replay({ seed, faults, actors, only }: Plan): string {
  const parts = [
    `npm run simulate -- --seed ${seed} --runs 1 --faults ${faults}`,
    ...(actors ? [`--actors ${actors.join(",")}`] : []),
    ...(only ? [`--only "${only.join(",")}"`] : []),
  ];
  return `${parts.join(" ")} --trace`;
}

async function fail(plan: Plan, found: Outcome): Promise<never> {
  if (values.find) {
    say(`FOUND ${idOf(found.broken ?? "")} ${plan.seed}`);
    process.exit(0);
  }
  say(
    `\nBROKEN ${found.broken}\nseed ${plan.seed}, ${found.actors.length} actors, ${found.fired.length} faults; shrinking …`,
  );
  const small = plan.actors || plan.only ? { plan, outcome: found } : await shrink(plan, found);
  const { outcome } = small;
  const kept = outcome.actors.map(({ name }) => name).join(", ");
  const faults = outcome.fired.map(({ at, shown, mode }) => `${at} ${shown}: ${mode}`).join("; ");
  say(`${outcome.broken}\nactors: ${kept}\nfaults: ${faults || "none"}`);
  say(outcome.trace.slice(values.trace ? 0 : -40).join("\n"));
  say(`\nTo play it again: ${replay(small.plan)}`);
  process.exit(1);
}

type Progress = { runs: number; calls: number; sessions: number; faults: number };

async function play(seeds: Iterable<number>, tell: (done: Progress) => void): Promise<void> {
  for (const seed of seeds) {
    const plan = planOf(seed);
    const outcome = await simulate(plan);
    if (outcome.broken !== undefined) await fail(plan, outcome);
    if (values.trace) say(outcome.trace.join("\n"));
    const { calls, sessions } = outcome.counts;
    tell({ runs: 1, calls, sessions, faults: outcome.fired.length });
  }
}

/** So many seeds a process: what thousands of worlds leave behind is given back. */
const AT_ONCE = 250;

function* from(seed: number, count: number): Generator<number> {
  for (let at = 0; at < count; at += 1) yield seed + at;
}

const began = Date.now();
const total: Progress = { runs: 0, calls: 0, sessions: 0, faults: 0 };
let shownAt = 0;
const add = (done: Progress) => {
  for (const name of Object.keys(total) as (keyof Progress)[]) total[name] += done[name];
  const seconds = (Date.now() - began) / 1000;
  if (values.find || (seconds - shownAt < 10 && total.runs < runs)) return;
  shownAt = seconds;
  const { calls, sessions, faults } = total;
  say(
    `${total.runs} of ${runs} runs, ${calls} calls to AWS, ${sessions} sessions, ${faults} faults, ${seconds.toFixed(0)} s`,
  );
};

if (values.part) {
  await play(from(first, runs), (done) => process.send?.(done));
  process.exit(0);
}

const children = new Set<ChildProcess>();
/** Plays some of the seeds in a process of their own; its exit code. */
function playApart(seed: number, count: number): Promise<number> {
  const some = ["--seed", `${seed}`, "--runs", `${count}`, "--part"];
  const child = fork(import.meta.filename, [...process.argv.slice(2), ...some], {
    execArgv: process.execArgv,
  });
  children.add(child);
  child.on("message", (done) => add(done as Progress));
  return new Promise((over) =>
    child.on("exit", (code) => {
      children.delete(child);
      over(code ?? 1);
    }),
  );
}

if (values.seeds !== undefined) await play(list(values.seeds)?.map(Number) ?? [], add);
else if (jobs === 1 && runs <= AT_ONCE) await play(from(first, runs), add);
else {
  let next = first;
  const work = async (): Promise<void> => {
    while (next < first + runs) {
      const seed = next;
      next += AT_ONCE;
      const code = await playApart(seed, Math.min(AT_ONCE, first + runs - seed));
      if (code === 0) continue;
      // One that found something is enough.
      for (const child of children) child.kill();
      process.exit(1);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
}
say(`All invariants held in ${total.runs} runs from seed ${first}.`);
process.exit(0);
