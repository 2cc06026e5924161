import { createHash } from "node:crypto";
import type { ItemKey, Items } from "../../functions/aws/rows/items.ts";
import type { Content, Objects } from "../../functions/aws/rows/objects.ts";
import type { Queries } from "../../functions/aws/rows/queries.ts";
import { holds } from "../../functions/core/masking/filter.ts";

const etagOf = (body: Uint8Array): string => createHash("md5").update(body).digest("hex");

/** S3 as far as rows go: content in chunks of a few odd sizes, listings of few keys a page. */
export class FakeObjects implements Objects {
  readonly buckets = new Map<string, Map<string, Uint8Array>>();
  readonly reads: string[] = [];
  before: ((key: string) => unknown) | undefined;
  chunkBytes = 1_009;
  perPage = 2;

  put(bucket: string, key: string, body: string | Uint8Array): void {
    const objects = this.buckets.get(bucket) ?? new Map<string, Uint8Array>();
    this.buckets.set(bucket, objects.set(key, Buffer.from(body)));
  }
  private content(bucket: string, key: string): Uint8Array | undefined {
    return this.buckets.get(bucket)?.get(key);
  }
  list: Objects["list"] = async ({ bucket, prefix, after }) => {
    const keys = [...(this.buckets.get(bucket)?.keys() ?? [])]
      .filter((key) => key.startsWith(prefix) && (after === undefined || key > after))
      .sort();
    const found = keys.slice(0, this.perPage).map((key) => {
      const body = this.content(bucket, key) as Uint8Array;
      return { key, size: body.length, etag: etagOf(body) };
    });
    return { found, more: keys.length > this.perPage };
  };
  find: Objects["find"] = async ({ bucket, key }) => {
    const body = this.content(bucket, key);
    return body && { key, size: body.length, etag: etagOf(body) };
  };
  read: Objects["read"] = async (bucket, { key, etag }, { from, to }) => {
    this.reads.push(key);
    await this.before?.(key);
    const body = this.content(bucket, key);
    if (!body || etagOf(body) !== etag) return "changed";
    const part = body.subarray(from, to);
    const size = this.chunkBytes;
    return (async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < part.length; at += size) yield part.subarray(at, at + size);
    })() as Content;
  };
}

type Asked = Parameters<Items["page"]>[0];

/** DynamoDB as far as rows go: `Limit` counts what is looked at, and a filter is applied afterwards. */
export class FakeItems implements Items {
  readonly tables = new Map<string, Record<string, unknown>[]>();
  readonly asked: Asked[] = [];
  fault: Error | undefined;
  page: Items["page"] = async (wanted) => {
    this.asked.push(wanted);
    if (this.fault) throw this.fault;
    const { table, partition, limit, after, filters } = wanted;
    const all = (this.tables.get(table) ?? []).filter(
      (item) => !partition || item[partition.name] === partition.value,
    );
    const from = after ? Number((after.place as { N: string }).N) : 0;
    const looked = all.slice(from, from + limit);
    const next: ItemKey = { place: { N: String(from + looked.length) } };
    const rows = looked.filter((row) => holds(filters, row));
    return { rows, ...(from + looked.length < all.length ? { next } : {}) };
  };
}

/** Athena as far as rows go: every query finds the same rows, once it is done. */
export class FakeQueries implements Queries {
  readonly started: string[] = [];
  readonly discarded: string[] = [];
  rowsFound: Record<string, unknown>[] = [];
  /** How often it is still running when looked at. */
  running = 0;
  fails = false;
  start: Queries["start"] = async (sql) => {
    this.started.push(sql);
    return `query-${this.started.length}`;
  };
  state: Queries["state"] = async () => {
    if (this.running > 0) {
      this.running -= 1;
      return "running";
    }
    return this.fails ? "failed" : "done";
  };
  rows: Queries["rows"] = async (_id, { limit, after }) => {
    const from = Number(after ?? 0);
    const rows = this.rowsFound.slice(from, from + limit);
    return { rows, ...(from + limit < this.rowsFound.length ? { next: String(from + limit) } : {}) };
  };
  discard: Queries["discard"] = async (id) => void this.discarded.push(id);
}
