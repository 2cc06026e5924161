import { createHash } from "node:crypto";
import type { Put } from "../../functions/aws/audit-store.ts";
import type { AuditVersions, Version } from "../../functions/aws/audit-versions.ts";

type Stored = Version & { bytes: Uint8Array };

/** A versioned bucket that honours If-None-Match, lists by key as S3 does, and whose clock is told. */
export class FakeAuditBucket {
  readonly stored: Stored[] = [];
  private next = 1;
  /** Around each request: throws where S3 does not answer, or where it did and nobody heard. */
  before: ((what: string) => void) | undefined;
  after: ((what: string) => void) | undefined;
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Past all conditions: what an attacker does, or a test arranges. */
  plant(key: string, bytes: Uint8Array | string, over: Partial<Version> = {}): Stored {
    const version = {
      key,
      versionId: `v${String(this.next++).padStart(6, "0")}`,
      storedAt: this.now(),
      isDeleteMarker: false,
      bytes: typeof bytes === "string" ? Buffer.from(bytes, "utf8") : bytes,
      ...over,
    };
    this.stored.push(version);
    return version;
  }

  remove(matches: (version: Version) => boolean): void {
    const left = this.stored.filter((version) => !matches(version));
    this.stored.splice(0, this.stored.length, ...left);
  }

  private async around<T>(what: string, work: () => T): Promise<T> {
    this.before?.(what);
    const result = work();
    this.after?.(what);
    return result;
  }

  readonly put: Put = (key, bytes) =>
    this.around(`put ${key}`, () => {
      const current = this.stored.filter((version) => version.key === key).at(-1);
      if (current && !current.isDeleteMarker) return "exists";
      this.plant(key, bytes);
      return "stored";
    });

  private bytesOf({ key, versionId }: Pick<Version, "key" | "versionId">): Uint8Array {
    const found = this.stored.find((each) => each.key === key && each.versionId === versionId);
    if (!found || found.isDeleteMarker) throw new Error("NoSuchVersion");
    return found.bytes;
  }

  readonly versions: AuditVersions = {
    list: (prefix) => this.list(prefix),
    hash: (version) =>
      this.around(`hash ${version.key}`, () => {
        const bytes = this.bytesOf(version);
        return { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
      }),
    text: (version) =>
      this.around(`text ${version.key}`, () => Buffer.from(this.bytesOf(version)).toString("utf8")),
  };

  /** By key, the newest version of each first. */
  private async *list(prefix: string): AsyncGenerator<Version> {
    this.before?.(`list ${prefix}`);
    const newestFirst = [...this.stored].reverse();
    const byKey = newestFirst.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    for (const { bytes: _bytes, ...version } of byKey) if (version.key.startsWith(prefix)) yield version;
  }

  keys(prefix = ""): string[] {
    const all = this.stored.filter(({ isDeleteMarker }) => !isDeleteMarker).map(({ key }) => key);
    return [...new Set(all)].filter((key) => key.startsWith(prefix)).sort();
  }

  text(key: string): string {
    const found = this.stored.find((each) => each.key === key);
    if (!found) throw new Error(`nothing at ${key}`);
    return Buffer.from(found.bytes).toString("utf8");
  }
}
