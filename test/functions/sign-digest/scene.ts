import {
  digestFile,
  openStatement,
  publicKeyOf,
  type Statement,
} from "../../../functions/core/audit/digest.ts";
import { exportBatch } from "../../../functions/export-audit/export.ts";
import type { SignDeps } from "../../../functions/sign-digest/deps.ts";
import { signDigests } from "../../../functions/sign-digest/sign.ts";
import { FakeAuditBucket } from "../../fakes/audit-bucket.ts";
import { streamRecord } from "../../fakes/bus.ts";
import { FakeSigner } from "../../fakes/signer.ts";
import { World } from "../../fakes/world.ts";

export const HOUR = 3_600_000;
export const RECORD = "latchkey-audit-test";

/** A deployment with its record: a world, its bucket, its exporter and its signer. */
export class Scene {
  readonly world = new World();
  readonly bucket = new FakeAuditBucket(this.world.now);
  readonly signer = new FakeSigner();
  readonly given: { to: string; digest: Statement }[] = [];
  private exported = 0;

  /** Exports what happened since the last time. */
  async export(keep: (body: string) => boolean = () => true): Promise<void> {
    const events = this.world.fake.events.slice(this.exported).filter(({ body }) => keep(body));
    this.exported = this.world.fake.events.length;
    const { now, log } = this.world;
    if (events.length > 0)
      await exportBatch(
        { put: this.bucket.put, now, log },
        events.map(({ body, hash }) => streamRecord(body, hash)),
      );
  }

  deps(over: Partial<SignDeps> = {}): SignDeps {
    const { now, log, fake } = this.world;
    const { put, versions } = this.bucket;
    const base = { put, versions, record: RECORD, table: fake.table, signer: this.signer, now, log };
    return { ...base, witnesses: [], ...over };
  }
  sign = (over: Partial<SignDeps> = {}) => signDigests(this.deps(over));

  /** To ten past the next hour, as the schedule has it. */
  async untilTenPast(): Promise<void> {
    const now = this.world.now();
    const next = Math.floor(now / HOUR) * HOUR + HOUR + 10 * 60_000;
    await this.world.advance(next - now);
  }

  digests(): string[] {
    return this.bucket.keys("digests/dt=");
  }
  async file(key: string) {
    const file = digestFile.parse(JSON.parse(this.bucket.text(key)));
    const opened = openStatement(file.jws, [publicKeyOf(await this.signer.publicPem())]);
    if (!opened.ok) throw new Error(`${key}: ${opened.why}`);
    return { ...file, statement: opened.statement };
  }
  files = () => Promise.all(this.digests().map((key) => this.file(key)));
  lines = (code: string) => this.world.lines.filter((line) => line.code === code).map(({ fields }) => fields);
  events = (type: string) =>
    this.world.fake.events
      .map(({ body }) => JSON.parse(body) as { type: string; id: string; facts: Record<string, unknown> })
      .filter((event) => event.type === type);
}
