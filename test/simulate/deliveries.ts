import { askAgain } from "../../functions/ask-approvers/again.ts";
import { tellSkipped } from "../../functions/ask-approvers/broken-glass.ts";
import { exportBatch } from "../../functions/export-audit/export.ts";
import { proveBatch } from "../../functions/prove-denial/prove.ts";
import { publishBatch } from "../../functions/publish-events/publish.ts";
import { revokeBatch } from "../../functions/revoke-access/revoke.ts";
import { sweep } from "../../functions/sweep/sweep.ts";
import { streamRecord } from "../fakes/bus.ts";
import type { Engine } from "./engine.ts";
import { type Random, randomFor } from "./random.ts";

/** `infra/broker/work-queue.ts`: how long a message that was received is hidden, and how often it comes. */
const HIDDEN_MS = 360_000;
const MOST_RECEIVES = 5;
const BATCH = 10;
const MINUTE_MS = 60_000;
/** States in which there may be a session. */
const LIVE = new Set(["ACTIVATING", "ACTIVE", "REVOKING"]);

/** What happens without anybody's doing: schedules, queues, the stream. */
export class Deliveries {
  /** When false `sweep` runs only when something is due: nothing else would come of it. */
  everyMinute = true;
  /** Writing Parquet takes most of the time there is: not every world has an exporter. */
  exports = true;
  /** Chance that the stream or a queue delivers what it has delivered. */
  again = 0;
  private readonly engine: Engine;
  private readonly random: Random;
  private readonly received = new Map<string, number>();
  private readonly hiddenGroups = new Set<string>();
  private readonly readers = { export: { at: 0, busy: false }, publish: { at: 0, busy: false } };

  constructor(engine: Engine, seed: number) {
    this.engine = engine;
    this.random = randomFor(seed, "deliveries");
    engine.whenQuiet.push(() => this.handOut());
    void this.sweeps();
  }

  /** When something is due next that only `sweep` sees. */
  private nextDue(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { dueSk } of this.engine.world.fake.items())
      if (typeof dueSk === "string") least = Math.min(least, Date.parse(dueSk.split("#")[0] ?? ""));
    return least;
  }

  /**
   * A sweep that finds nothing is played now and then only: there are 24 hours of them. What stands and was not kept it
   * keeps, while anything is live, each minute.
   */
  private isNeeded(): boolean {
    if (this.nextDue() <= this.engine.now()) return true;
    const { fake, parked } = this.engine.world;
    const items = fake.items();
    const isLive = items.some(({ entity, status }) => entity === "grant" && LIVE.has(String(status)));
    const stands = items.some(({ entity }) => entity === "lockdown");
    const denies = items.some(({ entity }) => entity === "deny");
    if (isLive && (stands || (denies && this.everyMinute))) return true;
    return this.everyMinute && (parked.messages.length > 0 || this.random.chance(0.1));
  }

  private async sweeps(): Promise<void> {
    const { engine } = this;
    for (;;) {
      await engine.sleep(MINUTE_MS);
      if (!this.isNeeded()) continue;
      // Not tried again: the next one comes in a minute.
      engine.world.run("sweep", () => sweep(engine.world.deps())).catch(() => undefined);
    }
  }

  private handOut(): void {
    this.denials();
    this.proofs();
    this.asked();
    if (this.exports) this.stream("export");
    this.stream("publish");
  }

  /** SQS FIFO: of a role one batch at a time; what is handed back, or lost, keeps its group waiting. */
  private denials(): void {
    const { world } = this.engine;
    const ready = world.queue.messages.filter(({ role }) => !this.hiddenGroups.has(role)).slice(0, BATCH);
    if (ready.length === 0) return;
    world.queue.messages = world.queue.messages.filter((each) => !ready.includes(each));
    const roles = [...new Set(ready.map(({ role }) => role))];
    for (const role of roles) this.hiddenGroups.add(role);
    const work = async () => {
      await this.engine.sleep(this.random.spread(20, 2_000));
      const done = await world
        .run("revoke-access", () => revokeBatch(world.deps(), ready))
        .catch(() => ({ batchItemFailures: ready.map(({ messageId }) => ({ itemIdentifier: messageId })) }));
      const failed = new Set(done.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      const back = ready.filter(({ messageId }) => failed.has(messageId));
      const free = (names: string[]) => {
        for (const role of names) this.hiddenGroups.delete(role);
      };
      free(roles.filter((role) => !back.some((each) => each.role === role)));
      if (back.length === 0) return;
      await this.engine.sleep(HIDDEN_MS);
      world.queue.messages.unshift(...back.filter(({ messageId }) => this.mayComeAgain(messageId)));
      free(roles);
    };
    void work();
  }

  private mayComeAgain(messageId: string): boolean {
    const times = (this.received.get(messageId) ?? 0) + 1;
    this.received.set(messageId, times);
    return times < MOST_RECEIVES;
  }

  /** SQS, standard: at least once, each when its delay is over. */
  private proofs(): void {
    const { world } = this.engine;
    const { probes } = world;
    const due = probes.waiting.filter(({ at }) => at <= this.engine.now()).slice(0, BATCH);
    for (const { at } of probes.waiting) this.wakeAt(at);
    if (due.length === 0) return;
    probes.waiting = probes.waiting.filter((each) => !due.includes(each));
    const work = async () => {
      await this.engine.sleep(this.random.spread(20, 2_000));
      const done = await world
        .run("prove-denial", () => proveBatch(world.deps(), due))
        .catch(() => ({ batchItemFailures: due.map(({ messageId }) => ({ itemIdentifier: messageId })) }));
      const failed = new Set(done.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      const repeated = this.random.chance(this.again);
      const back = due.filter(({ messageId }) => failed.has(messageId) || repeated);
      for (const each of back) {
        if (!this.mayComeAgain(each.messageId)) probes.failed.push(each.message);
        else probes.waiting.push({ ...each, at: this.engine.now() + (repeated ? 1_000 : HIDDEN_MS) });
      }
    };
    void work();
  }

  private readonly woken = new Set<number>();
  /** Something is to be looked at then, though nothing else happens. */
  private wakeAt(at: number): void {
    if (at <= this.engine.now() || this.woken.has(at)) return;
    this.woken.add(at);
    this.engine.timeline.plan(at, () => undefined);
  }

  /** Lambda, asynchronously: what fails is tried twice more, after one minute and after two, and then dropped. */
  private asked(): void {
    const { world } = this.engine;
    for (let input = world.asker.pending.shift(); input; input = world.asker.pending.shift()) {
      const asked = input;
      const work = async () => {
        for (const waitMs of [this.random.spread(20, 2_000), MINUTE_MS, 2 * MINUTE_MS]) {
          await this.engine.sleep(waitMs);
          const done = await world
            .run("ask-approvers", () =>
              "tell" in asked ? tellSkipped(world.deps(), asked) : askAgain(world.deps(), asked),
            )
            .then(
              () => true,
              () => false,
            );
          if (done) return;
        }
      };
      void work();
    }
  }

  /** The stream: in order, a batch at a time; one that fails comes again, halved; now and then one comes twice. */
  private stream(name: "export" | "publish"): void {
    const reader = this.readers[name];
    const { world } = this.engine;
    if (reader.busy || reader.at >= world.fake.events.length) return;
    reader.busy = true;
    const work = async () => {
      await this.engine.sleep(this.random.spread(200, 8_000));
      for (let size = this.random.between(1, 100); ; size = Math.max(1, Math.ceil(size / 2))) {
        const lines = world.fake.events.slice(reader.at, reader.at + size);
        const batch = lines.map(({ body, hash }) => streamRecord(body, hash));
        const { put, log } = world.deps();
        const { now } = world.deps();
        const done = await world
          .run(name === "export" ? "export-audit" : "publish-events", async () => {
            await (name === "export"
              ? exportBatch({ put, now, log }, batch)
              : publishBatch(world.deps(), batch));
          })
          .then(
            () => true,
            () => false,
          );
        if (done && !this.random.chance(this.again)) {
          reader.at += lines.length;
          break;
        }
        await this.engine.sleep(this.random.spread(200, 5_000));
      }
      reader.busy = false;
      // The next batch waits for something to happen, or for this.
      this.engine.timeline.plan(this.engine.now(), () => undefined);
    };
    void work();
  }

  /** True when the stream was read to its end and no queue holds anything. */
  idle(): boolean {
    const { world } = this.engine;
    const { queue, probes, asker, fake } = world;
    return (
      queue.messages.length + probes.waiting.length + asker.pending.length === 0 &&
      Object.values(this.readers).every(({ at, busy }) => !busy && at >= fake.events.length)
    );
  }
}
