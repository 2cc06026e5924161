import { faultFields } from "../../functions/aws/log.ts";
import { metricOf, NAMESPACE, SERVICE } from "../../functions/core/metrics.ts";
import { exportBatch } from "../../functions/export-audit/export.ts";
import { signDigests } from "../../functions/sign-digest/sign.ts";
import { FakeAuditBucket } from "../fakes/audit-bucket.ts";
import { streamRecord } from "../fakes/bus.ts";
import { longWindows } from "../fakes/policy.ts";
import { FakeSigner } from "../fakes/signer.ts";
import { World } from "../fakes/world.ts";
import { CloudWatch, type MetricRef } from "./cloudwatch.ts";
import { DenyDeliveries } from "./deny-deliveries.ts";
import type { Alarm, Watched } from "./watched.ts";

const MINUTE = 60_000;
const STEP = 15_000;
const ofLambda = (capability: string, name: string): MetricRef => ({
  namespace: "AWS/Lambda",
  name,
  dimensions: { FunctionName: `latchkey-${capability}` },
});
const ofQueue = (queue: string, name: string): MetricRef => ({
  namespace: "AWS/SQS",
  name,
  dimensions: { QueueName: queue },
});

export type Change = { at: number; alarm: string; rings: boolean };

/** A virtual deployment that is operated minute by minute, and what CloudWatch makes of it. */
export class Day {
  readonly world = new World(longWindows);
  readonly cloudwatch = new CloudWatch();
  readonly bucket = new FakeAuditBucket(this.world.now);
  private readonly signer = new FakeSigner();
  readonly denies = new DenyDeliveries(this.world);
  /** Switches: what somebody or something took away. */
  readonly off = { exportMapping: false, schedules: false };
  readonly changes: Change[] = [];
  private readonly ringing = new Set<string>();
  private readonly watched: Watched;
  private readonly began = this.world.now();
  private exported = 0;
  private measured = 0;
  /** The functions that run: the last is the one that logs. */
  private readonly running: string[] = [];
  private signedHour = -1;

  constructor(watched: Watched) {
    this.watched = watched;
    this.world.heard = ({ code, fields }) => this.line(this.running.at(-1) ?? "", { code, ...fields });
    this.world.lambda = async (capability, work) => {
      this.running.push(capability);
      try {
        const done = await work();
        this.ran(capability);
        return done;
      } catch (fault) {
        this.ran(capability, fault);
        throw fault;
      } finally {
        this.running.pop();
      }
    };
  }

  /** Minutes since the day began. */
  minute = (): number => Math.round((this.world.now() - this.began) / MINUTE);
  rings = (): string[] => [...this.ringing].sort();

  private ran(capability: string, fault?: unknown): void {
    const now = this.world.now();
    this.cloudwatch.put(ofLambda(capability, "Invocations"), now, 1);
    this.cloudwatch.put(ofLambda(capability, "Errors"), now, fault ? 1 : 0);
    if (fault) this.line(capability, { code: "run.failed", ...faultFields(fault) });
  }

  private line(capability: string, line: Record<string, unknown>): void {
    for (const filter of this.watched.filters)
      if (filter.capability === capability && filter.matches(line))
        this.cloudwatch.put(filter.metric, this.world.now(), filter.valueOf(line));
  }

  /** What functions wrote in the embedded format. */
  private takeMeasures(): void {
    const fresh = this.world.measures.slice(this.measured);
    this.measured = this.world.measures.length;
    for (const { metric, value, of } of fresh) {
      const { dimension } = metricOf(metric);
      const own = dimension && of ? { [dimension.name]: of } : {};
      const dimensions = { [SERVICE.name]: SERVICE.value, ...own };
      this.cloudwatch.put({ namespace: NAMESPACE, name: metric, dimensions }, this.world.now(), value);
    }
  }

  /** The stream's first reader. Lambda tells how old the oldest record is whenever it runs the function. */
  private async export(): Promise<void> {
    const { now, log, fake } = this.world;
    const lines = fake.events.slice(this.exported);
    if (this.off.exportMapping || lines.length === 0) return;
    const oldest = Date.parse(JSON.parse(lines[0]?.body ?? "").time);
    this.cloudwatch.put(ofLambda("export-audit", "IteratorAge"), now(), now() - oldest);
    const records = lines.map(({ body, hash }) => streamRecord(body, hash));
    try {
      await this.world.run("export-audit", () => exportBatch({ put: this.bucket.put, now, log }, records));
      this.exported += lines.length;
    } catch {
      // The stream comes again with the same records.
    }
  }

  private async publish(): Promise<void> {
    await this.world.publish().catch(() => undefined);
    this.takeMeasures();
  }

  /** At ten past each hour. */
  private async sign(): Promise<void> {
    const { now, log, fake } = this.world;
    const at = new Date(now());
    if (at.getUTCMinutes() < 10 || this.signedHour === at.getUTCHours()) return;
    this.signedHour = at.getUTCHours();
    const { put, versions } = this.bucket;
    const deps = { put, versions, record: "latchkey-audit-test", table: fake.table, signer: this.signer };
    await this.world
      .run("sign-digest", () => signDigests({ ...deps, now, log, witnesses: [] }))
      .catch(() => undefined);
  }

  private queues(): void {
    const now = this.world.now();
    const age = this.denies.oldestSeconds();
    if (age !== undefined)
      this.cloudwatch.put(ofQueue("latchkey-deny.fifo", "ApproximateAgeOfOldestMessage"), now, age);
    const visible = "ApproximateNumberOfMessagesVisible";
    this.cloudwatch.put(ofQueue("latchkey-deny-failed.fifo", visible), now, this.denies.deadLetters.length);
    this.cloudwatch.put(ofQueue("latchkey-probes-failed", visible), now, this.world.probes.failed.length);
  }

  private inAlarm({ metric, statistic, periodMs, periods, breaches, whenMissing }: Alarm): boolean {
    const now = this.world.now();
    return Array.from({ length: periods }, (_, index) => {
      const to = now - index * periodMs;
      const value = this.cloudwatch.statistic(metric, statistic, { from: to - periodMs, to });
      return value === undefined ? whenMissing : breaches(value);
    }).every(Boolean);
  }

  private set(alarm: string, rings: boolean): void {
    if (this.ringing.has(alarm) === rings) return;
    if (rings) this.ringing.add(alarm);
    else this.ringing.delete(alarm);
    this.changes.push({ at: this.minute(), alarm, rings });
  }

  private evaluate(): void {
    for (const alarm of this.watched.alarms) this.set(alarm.name, this.inAlarm(alarm));
    for (const { name, parts } of this.watched.composites)
      this.set(
        name,
        parts.some((part) => this.ringing.has(part)),
      );
  }

  /** One minute goes by: queues deliver, streams are read, schedules run, alarms are looked at. */
  async pass(minutes = 1): Promise<void> {
    for (let left = minutes; left > 0; left -= 1) {
      const end = this.began + (Math.floor((this.world.now() - this.began) / MINUTE) + 1) * MINUTE;
      for (let step = 0; this.world.now() < end; step += 1) {
        await this.denies.deliver();
        await this.world.prove();
        await this.publish();
        await this.world.advance(Math.min(STEP, end - this.world.now()));
        if (step === 0 && !this.off.schedules) await this.world.sweep();
      }
      if (!this.off.schedules) await this.sign();
      await this.export();
      this.queues();
      this.evaluate();
    }
  }

  /** The dashboard's single numbers, as it shows them now. */
  figures(): Record<string, number | undefined> {
    const to = this.world.now();
    return Object.fromEntries(
      this.watched.figures.map(({ title, metric, statistic, periodMs }) => [
        title,
        this.cloudwatch.statistic(metric, statistic, { from: to - periodMs, to }),
      ]),
    );
  }
}
