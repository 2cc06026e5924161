import { checkWorld } from "../fakes/check-world.ts";
import { alphabet, beginnings, type Run, runOf } from "./alphabet.ts";
import { brokenBy, liveWhenQuiet, nothingSeen, openAtTheEnd, type Seen } from "./oracles.ts";
import { randomOf } from "./schedule.ts";

/** A fence that is taken out of a world, before anything happens in it. */
type Plant = (run: Run) => void;
export type Outcome = { broken: string | undefined; trace: string[] };

const STEPS = 250;
const FEW_STEPS = 60;
const MOST_AT_ONCE = 6;
const MANY_LETTERS = 30;
const PAUSES_MS = [1_000, 1_000, 5_000, 5_000, 16_000, 61_000];
const LONG_PAUSE_MS = 840_000;
/** Where a schedule begins, and what may happen in it. */
export type Focus = { from: readonly (keyof typeof beginnings)[]; letters: readonly string[] };

/** Everything at once; and a few things at a time, so that what is rare among all is not. */
export const focuses = {
  all: { from: ["nothing", "approved", "active", "rotation"], letters: Object.keys(alphabet) },
  deciding: { from: ["pending"], letters: ["approve", "reject", "release"] },
  minting: { from: ["approved", "rotation"], letters: ["mint"] },
  stopping: { from: ["approved", "active", "rotation"], letters: ["mint", "revoke", "endAccess"] },
  lockingDown: {
    from: ["approved", "rotation"],
    letters: ["mint", "lockDown", "lockDown", "lockDown", "lockDown"],
  },
  releasing: { from: ["rotation"], letters: ["mint", "release"] },
  proving: { from: ["active"], letters: ["revoke", "writeDenials", "prove"] },
} as const satisfies Record<string, Focus>;

const drawn = (letters: readonly string[]): string[] =>
  letters.flatMap((name) => Array<string>(alphabet[name]?.weight ?? 0).fill(name));

async function begin(run: Run, letters: readonly string[]): Promise<boolean> {
  const { world, schedule, random } = run;
  const name = random.pick(letters);
  const messages = [...world.queue.messages];
  const task = await schedule.start(name, random.below(1_000), () => alphabet[name]?.action(run));
  task?.memory.set("messages", messages);
  return task !== undefined;
}

async function oneStep(run: Run, faulty: boolean, letters: readonly string[]): Promise<void> {
  const { schedule, random } = run;
  const busy = schedule.held.length > 0;
  // With few letters two meet again and again; with all of them many are under way.
  const isFew = letters.length < MANY_LETTERS;
  if (busy && random.chance(isFew ? 0.55 : 0.8)) return schedule.step(random, faulty);
  if (random.chance(0.12))
    return schedule.pass(!isFew && random.chance(0.15) ? LONG_PAUSE_MS : random.pick(PAUSES_MS));
  if (faulty && random.chance(0.1)) return schedule.land();
  if (schedule.live().length < (isFew ? 2 : MOST_AT_ONCE) && (await begin(run, letters))) return;
  if (busy) return schedule.step(random, faulty);
  return schedule.pass(random.pick(PAUSES_MS));
}

/** Everything that comes by itself, minute by minute. */
async function minutes({ world }: Run, count: number): Promise<void> {
  for (let each = 0; each < count; each += 1) {
    await world.sweep();
    await world.revokeAll();
    await world.advance(60_000);
  }
}

/** All that comes by itself until every window is over, with what must hold on the way. */
async function toTheEnd(run: Run, seen: Seen): Promise<string | undefined> {
  const { world } = run;
  const status = seen.status;
  await run.schedule.release();
  await minutes(run, 6);
  const quiet = brokenBy(run, { ...nothingSeen(run), status }) ?? liveWhenQuiet(run);
  if (quiet) return quiet;
  world.workflow.paused = false;
  // The longest that people are waited for, and the longest window.
  await world.advance(26 * 3_600_000);
  await minutes(run, 4);
  return brokenBy(run, { ...nothingSeen(run), status }) ?? openAtTheEnd(run);
}

/** What to take out of the world or change of it, and whether to wait for the end of all windows. */
export type Trial = { focus: Focus; plant?: Plant | undefined; untilOver: boolean };

/** A random schedule by its seed: the same seed, the same schedule. Every second one is free of faults. */
export async function conform(seed: number, { focus, plant, untilOver }: Trial): Promise<Outcome> {
  const random = randomOf(seed);
  const run = runOf(random);
  const { world, schedule } = run;
  plant?.(run);
  await beginnings[random.pick(focus.from)](run);
  const seen = nothingSeen(run);
  const letters = drawn(focus.letters);
  const outcome = (broken: string | undefined): Outcome => ({ broken, trace: schedule.trace });
  for (let step = 0; step < (focus === focuses.all ? STEPS : FEW_STEPS); step += 1) {
    await oneStep(run, seed % 2 === 0, letters);
    const broken = brokenBy(run, seen);
    if (broken) return outcome(broken);
  }
  if (!untilOver) return outcome(undefined);
  const broken = await toTheEnd(run, seen);
  if (broken === undefined) checkWorld(world);
  return outcome(broken);
}
