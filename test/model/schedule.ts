import { AsyncLocalStorage } from "node:async_hooks";
import { timedOut } from "../fakes/faults.ts";
import type { Command } from "../fakes/table.ts";
import type { World } from "../fakes/world.ts";

/** A run of some function, or a call of some client: everything that it asks of AWS waits until its turn. */
export type Task = {
  name: string;
  startedAt: number;
  /** Who goes first more often than not: else a task would hardly ever overtake another by many calls. */
  rank: number;
  state: "running" | "done" | "dead";
  /** What planted bugs keep of the moment at which it began. */
  memory: Map<string, unknown>;
};
type Held = { task: Task; what: string; at: number; go: () => void; fail: (fault: Error) => void };

/** No function of ours runs longer (the minter's timeout), and no request is under way for longer. */
const LONGEST_RUN_MS = 30_000;

/** Numbers that are the same for the same seed (mulberry32, public domain). */
export function randomOf(seed: number) {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (count: number) => Math.floor(next() * count);
  return {
    chance: (part: number) => next() < part,
    below,
    pick: <T>(list: readonly T[]): T => list[below(list.length)] as T,
  };
}
export type Random = ReturnType<typeof randomOf>;

const turn = () => new Promise<void>((done) => setImmediate(done));
const running = new AsyncLocalStorage<Task>();
/** The task that is asking now; undefined for the test itself. */
export const currentTask = (): Task | undefined => running.getStore();

/** What tasks tell each other by: every write, and reads of grants, of what is live, of what is denied, of what is locked down. */
const matters = ({ input }: Command): boolean => {
  const text = JSON.stringify(input);
  const isRead = "Key" in input ? !("UpdateExpression" in input) : "KeyConditionExpression" in input;
  return !isRead || /"GRANT#|"LIVE#|"DENY#|"LOCKDOWN"|"RENDER"/.test(text);
};
const shown = (command: Command): string => {
  const text = JSON.stringify(command.input);
  const move = /"entity":"grant".*?"status":"([A-Z]+)"/.exec(text)?.[1];
  return `${command.constructor.name}${move ? ` to ${move}` : ""}`;
};

/**
 * Holds every call to AWS of every task, and lets one go at a time. What is held can be refused, lose its answer, or lose
 * its task: a Lambda that dies. A put of a deny list whose task died may still land later.
 */
export class Schedule {
  readonly tasks: Task[] = [];
  readonly trace: string[] = [];
  held: Held[] = [];
  /** Requests of dead tasks that are still under way. */
  private late: Held[] = [];
  longestRunMs = LONGEST_RUN_MS;
  private readonly loses = new WeakSet<Task>();
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
    const gate = (what: string) => this.hold(what);
    const answered = (what: string) => () => this.answer(what);
    world.fake.before = (command) => (matters(command) ? gate(shown(command)) : undefined);
    world.fake.after = answered("the table");
    Object.assign(world.sts, { before: () => gate("AssumeRole"), after: () => gate("AssumeRole's answer") });
    Object.assign(world.iam, { before: (what: string) => gate(`IAM ${what}`), after: answered("IAM") });
    Object.assign(world.queue, { before: () => gate("the deny queue"), after: answered("the deny queue") });
    Object.assign(world.probes, { before: (what: string) => gate(what) });
  }

  private async hold(what: string): Promise<void> {
    const task = running.getStore();
    if (!task) return;
    await new Promise<void>((go, fail) => this.held.push({ task, what, at: this.world.now(), go, fail }));
  }
  private answer(what: string): void | Promise<void> {
    const task = running.getStore();
    if (!task || !this.loses.has(task)) return;
    this.loses.delete(task);
    throw timedOut(what);
  }

  live = (): Task[] => this.tasks.filter(({ state }) => state === "running");

  /**
   * Begins a task and lets it go as far as it can; undefined when there is nothing to do. What it throws is its own
   * business: its caller tries again, or not.
   */
  async start(
    name: string,
    rank: number,
    work: () => Promise<unknown> | undefined,
  ): Promise<Task | undefined> {
    const task: Task = { name, rank, startedAt: this.world.now(), state: "running", memory: new Map() };
    const begun = running.run(task, work);
    if (!begun) return undefined;
    this.tasks.push(task);
    this.trace.push(`${name} begins`);
    const over = () => {
      if (task.state === "running") task.state = "done";
    };
    void begun.then(over, over);
    await this.quiet();
    return task;
  }

  /** Lets one held call go; how well, chance decides. */
  async step(random: Random, faulty: boolean): Promise<void> {
    const first = this.held.toSorted((a, b) => b.task.rank - a.task.rank)[0];
    const one = first && random.chance(0.7) ? first : random.pick(this.held);
    this.held = this.held.filter((each) => each !== one);
    const fate = !faulty || random.chance(0.9) ? "goes" : random.pick(["refused", "lost", "dies"] as const);
    this.trace.push(`${one.task.name}: ${one.what} ${fate}`);
    if (fate === "dies") this.kill(one.task, one);
    else if (fate === "refused") one.fail(timedOut(one.what));
    else {
      if (fate === "lost") this.loses.add(one.task);
      one.go();
    }
    await this.quiet();
  }

  private kill(task: Task, last?: Held): void {
    task.state = "dead";
    const own = [...this.held.filter((each) => each.task === task), ...(last ? [last] : [])];
    this.held = this.held.filter((each) => each.task !== task);
    this.late.push(...own.filter(({ what }) => what === "IAM put"));
  }

  /** A request of a task that died lands after all. What the task would do next waits for ever. */
  async land(): Promise<void> {
    const one = this.late.shift();
    if (!one) return;
    this.trace.push(`${one.task.name}: ${one.what} lands late`);
    one.go();
    await this.quiet();
  }

  /** Time goes by: what ran for longer than a function may is dead, and what was under way for so long has not arrived. */
  async pass(ms: number): Promise<void> {
    this.world.tick(ms);
    this.trace.push(`${ms / 1000} s go by`);
    const now = this.world.now();
    for (const task of this.live()) if (now - task.startedAt >= this.longestRunMs) this.kill(task);
    this.late = this.late.filter(({ at }) => now - at < LONGEST_RUN_MS);
    await this.quiet();
  }

  /** Until every task is done, dead, or held. */
  private async quiet(): Promise<void> {
    const picture = () => `${this.held.length} ${this.live().length} ${this.trace.length}`;
    for (let same = 0, before = ""; same < 2; ) {
      await turn();
      // A task that died goes no further, whatever it still tries.
      this.held = this.held.filter(({ task }) => task.state !== "dead");
      same = picture() === before ? same + 1 : 0;
      before = picture();
    }
  }

  /** Lets everything end as it would by itself, and takes all hands off the world. */
  async release(): Promise<void> {
    this.late = [];
    while (this.held.length > 0) {
      for (const one of this.held.splice(0)) one.go();
      await this.quiet();
    }
    this.world.fake.before = undefined;
    this.world.fake.after = undefined;
    for (const service of [this.world.sts, this.world.iam, this.world.queue, this.world.probes])
      Object.assign(service, { before: undefined, after: undefined });
  }
}
