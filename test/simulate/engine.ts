import { AsyncLocalStorage } from "node:async_hooks";
import { GetCommand, QueryCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { timedOut } from "../fakes/faults.ts";
import { type AwsCall, type Mode, RunLostError } from "../fakes/wire.ts";
import type { World } from "../fakes/world.ts";
import { type Random, randomFor } from "./random.ts";
import { Timeline } from "./timeline.ts";

/** One run of a function. */
export type Run = {
  capability: string;
  /** Such as `mint-credentials/2`: its second run. */
  name: string;
  state: "running" | "done" | "lost";
  /** Calls begun so far, and those that wait for AWS now. */
  calls: number;
  waiting: number;
  random: Random;
  /** How slow AWS is to it: some runs overtake others by many calls. */
  slowness: number;
  skewMs: number;
  world: World;
  /** What was deployed when it began. */
  policy: World["policy"];
  lose(why: string): void;
};
/** A call that is about to be made: what a fault is chosen by. */
export type Due = {
  at: string;
  run: Run;
  call: AwsCall;
  shown: string;
  isRead: boolean;
  modes: readonly Mode[];
};
export type Fired = { at: string; mode: Mode; shown: string };

/** What there is to choose in a simulation. */
export type Chance = {
  seed: number;
  /** How long a request, or its answer, is under way. */
  latencyMs: (run: Run) => number;
  fault: (due: Due) => Mode | undefined;
  skewMs: (capability: string) => number;
};

/** `timeoutSeconds` of each function, as `infra/functions` has them; a test compares. */
export const TIMEOUT_SECONDS: Record<string, number> = {
  ...{ "grants-api": 28, "credentials-api": 28, "decisions-api": 28, "stops-api": 28, "permits-api": 28 },
  ...{ "approval-page": 15, "ask-approvers": 60, "read-masked": 29, "mint-credentials": 30 },
  ...{ "issue-permit": 30, "end-access": 30, "revoke-access": 60, "prove-denial": 60, sweep: 50 },
  ...{ "publish-events": 60, "export-audit": 60 },
};
/** No request is under way for longer: the claim's lease counts on it. */
const LONGEST_REQUEST_MS = 28_000;

const READS = [GetCommand, QueryCommand, ScanCommand];
const NOT_WRITES =
  /^(policies\.get|accessRoles\..*|probe|permitSigner\..*|seal\..*|maskSeal\..*|items\..*|objects\..*|queries\.(state|rows))$/;
const isRead = ({ name, args: [command] }: AwsCall): boolean =>
  NOT_WRITES.test(name) || READS.some((read) => command instanceof read);
// One attempt, no retry; and a session or a probe of the network's own making would be nobody's fault.
const isOnce = ({ name }: AwsCall): boolean => name === "assumeRole";

/** How such a call can go wrong. A read whose answer is lost is one that never was. */
function modesOf(call: AwsCall): Mode[] {
  const writes: Mode[] = isRead(call) ? [] : isOnce(call) ? ["lost"] : ["lost", "doubled"];
  const ways: Mode[] = [
    ...(call.ways.partial ? (["partial"] as const) : []),
    ...(call.ways.stale ? (["stale"] as const) : []),
  ];
  return ["refused", "delayed", "dies", ...writes, ...ways];
}

const MOVE = /"entity":"grant".*?"status":"([A-Z]+)"/;
/** A call in a word or two. */
function shownOf({ name, args: [command] }: AwsCall): string {
  if (name !== "table.client.send") return name;
  const { input } = command as { input: Record<string, unknown> };
  const kind = (command as object).constructor.name.replace("Command", "");
  const move = kind === "TransactWrite" ? MOVE.exec(JSON.stringify(input))?.[1] : undefined;
  const { sk, pk } = (input.Key ?? {}) as Record<string, string>;
  const about = move ?? input.IndexName ?? `${pk ?? ""}`.split("#")[0] + (sk ? `/${sk.split("#")[0]}` : "");
  return `${kind}${about ? ` ${about}` : ""}`;
}

// One for all worlds: each that there ever was costs something at every promise.
const storage = new AsyncLocalStorage<Run>();
const turn = () => new Promise<void>((done) => setImmediate(done));
const forEver = new Promise<never>(() => undefined);

/**
 * Lets functions run in virtual time over a world's fakes: each call to AWS takes a while there and back, meanwhile others
 * get on; any may go wrong; a run may die or be cut off, and nothing later of it happens.
 */
export class Engine {
  readonly timeline = new Timeline();
  readonly trace: string[] = [];
  readonly fired: Fired[] = [];
  readonly counts = { runs: 0, calls: 0 };
  /** Called when everything waits: to hand out what became ready, and to look whether all is well. */
  readonly whenQuiet: (() => void)[] = [];
  private readonly running = new Set<Run>();
  private readonly numbers = new Map<string, number>();
  private readonly chance: Chance;
  readonly world: World;

  constructor(world: World, chance: Chance) {
    this.world = world;
    this.chance = chance;
    world.lambda = (capability, work) => this.run(capability, work);
    world.wire.interpose = (call) => this.call(call);
    world.pause = (ms) => this.inRun(() => this.sleep(ms));
    world.skewMs = () => storage.getStore()?.skewMs ?? 0;
  }

  /** The run that is asking now. */
  current = (): Run | undefined => storage.getStore();
  now = (): number => this.world.now();
  sleep = (ms: number): Promise<void> => this.until(this.now() + ms);
  until = (at: number): Promise<void> =>
    new Promise((done) => this.timeline.plan(Math.max(at, this.now()), done));
  note(text: string): void {
    this.trace.push(`${((this.now() - START_MS) / 1000).toFixed(3).padStart(9)} ${text}`);
  }

  private run<T>(capability: string, work: () => Promise<T>): Promise<T> {
    const number = (this.numbers.get(capability) ?? 0) + 1;
    this.numbers.set(capability, number);
    const name = `${capability}/${number}`;
    const random = randomFor(this.chance.seed, name);
    this.counts.runs += 1;
    return new Promise<T>((resolve, reject) => {
      const end = (state: "done" | "lost", tell: () => void) => {
        if (run.state !== "running") return;
        run.state = state;
        this.running.delete(run);
        tell();
      };
      const lose = (why: string) =>
        end("lost", () => {
          this.note(`${name} ${why}`);
          reject(new RunLostError(`${name} ${why}`));
        });
      const slowness = random.pick([0.1, 1, 1, 5]);
      const skewMs = this.chance.skewMs(capability);
      const start = { capability, name, state: "running", calls: 0, waiting: 0 } as const;
      const { world } = this;
      const run: Run = { ...start, random, slowness, skewMs, lose, world, policy: world.policy };
      this.running.add(run);
      const timeout = (TIMEOUT_SECONDS[capability] ?? 30) * 1000;
      this.timeline.plan(this.now() + timeout, () => run.lose("is cut off"));
      storage.run(run, () => {
        work().then(
          (value) => end("done", () => resolve(value)),
          (fault: unknown) => end("done", () => reject(fault)),
        );
      });
    });
  }

  /** Waits within a run; one that is lost waits for ever. */
  private async inRun<T>(work: () => Promise<T>): Promise<T> {
    const run = storage.getStore();
    if (!run) return work();
    if (run.state !== "running") return forEver;
    run.waiting += 1;
    try {
      return await work();
    } finally {
      run.waiting -= 1;
      if (run.state !== "running") await forEver;
    }
  }

  private call(call: AwsCall): Promise<unknown> {
    const run = storage.getStore();
    // Of nobody's: a test that looks.
    if (!run) return call.does();
    return this.inRun(() => this.underWay(run, call));
  }

  private async underWay(run: Run, call: AwsCall): Promise<unknown> {
    run.calls += 1;
    this.counts.calls += 1;
    const due = {
      at: `${run.name}.${run.calls}`,
      run,
      call,
      shown: shownOf(call),
      isRead: isRead(call),
      modes: modesOf(call),
    };
    const mode = this.chance.fault(due);
    if (mode) {
      this.fired.push({ at: due.at, mode, shown: due.shown });
      this.note(`${due.at} ${due.shown}: ${mode}`);
    }
    const latency = () => this.chance.latencyMs(run);
    const isLate = mode === "delayed" && run.random.chance(0.5);
    await this.sleep(isLate ? run.random.between(8_000, LONGEST_REQUEST_MS) : latency());
    if (mode === "refused") return this.failed(call);
    // A request that left a run which died since lands all the same, if it left late.
    if (run.state !== "running" && !isLate) return forEver;
    if (mode !== undefined || !isRead(call)) this.noteCall(due);
    const does = mode === "partial" ? call.ways.partial : mode === "stale" ? call.ways.stale : undefined;
    if (mode === "doubled") {
      await call.does().catch(() => undefined);
      await this.sleep(run.random.spread(1, 5_000));
    }
    const answer = (does ?? call.does)();
    if (mode === "dies") {
      await answer.catch(() => undefined);
      run.lose("dies");
      return forEver;
    }
    const came = await answer.then(
      (value) => () => value,
      (fault: unknown) => () => {
        throw fault;
      },
    );
    await this.sleep(mode === "delayed" && !isLate ? run.random.between(8_000, 40_000) : latency());
    return mode === "lost" ? this.failed(call) : came();
  }

  /** What a caller sees of a service that does not answer. The prober's adapter never throws. */
  private failed({ name }: AwsCall): unknown {
    if (name === "probe") return { is: "unclear", code: "TimeoutError" };
    throw timedOut(name);
  }

  private noteCall({ run, shown }: Due): void {
    this.note(`${run.name} ${shown}`);
  }

  /** Until everything that runs waits for time to go by. */
  private async quiet(): Promise<void> {
    for (let turns = 0; ; turns += 1) {
      await turn();
      let computes = false;
      for (const run of this.running) computes ||= run.waiting === 0;
      if (!computes) break;
      if (turns > 100_000) throw new Error(`a run waits for something that is not of the simulation`);
    }
    for (const look of this.whenQuiet) look();
  }

  /** Plays on until a time, or until nothing is planned; `over` ends it sooner. */
  async play(to: number, over: () => boolean = () => false): Promise<void> {
    await this.quiet();
    while (!over()) {
      const next = this.timeline.next();
      if (next === undefined || next > to) break;
      if (next > this.now()) this.world.tick(next - this.now());
      this.timeline.take()?.go();
      await this.quiet();
    }
    if (!over() && to > this.now() && Number.isFinite(to)) this.world.tick(to - this.now());
  }
}

/** When every world begins. */
export const START_MS = Date.parse("2026-11-21T09:30:00.250Z");
