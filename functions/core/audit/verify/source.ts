/** What a copy of the record lists: an object, or something that is none. */
export type Listed = {
  key: string;
  bytes: number;
  /** When the store says that it was put, where there is a store to ask. A folder's times are anybody's. */
  storedAt?: string;
  /** What it is instead of a file: it is named, and never opened. */
  odd?: string;
};

/** Where the record is read from: a folder, a bucket, a test. Nothing that it says is believed. */
export type Source = {
  list(): AsyncIterable<Listed> | Iterable<Listed>;
  /** The bytes of an object, at most `limit` of them; or why there are none. */
  read(key: string, limit: number): Promise<Uint8Array | "missing" | "unreadable" | "too_large">;
};

/** How much the verifier looks at. More than this is no part of a record that the exporter wrote. */
export type Limits = {
  objectBytes: number;
  digestBytes: number;
  unpackedBytes: number;
  rows: number;
};
export const LIMITS: Limits = {
  objectBytes: 64 * 1024 * 1024,
  digestBytes: 128 * 1024 * 1024,
  unpackedBytes: 256 * 1024 * 1024,
  rows: 200_000,
};

/** Loads a few items ahead of the reader, in order; so many are in memory at once, and no more. */
export async function* ahead<T, R>(
  items: Iterable<T>,
  load: (item: T) => Promise<R>,
  width = 4,
): AsyncGenerator<[T, R]> {
  const under: [T, Promise<R>][] = [];
  const next = async (): Promise<[T, R] | undefined> => {
    const first = under.shift();
    return first && [first[0], await first[1]];
  };
  for (const item of items) {
    const loading = load(item);
    // It is awaited in its turn; until then a failure must not count as unhandled.
    loading.catch(() => undefined);
    under.push([item, loading]);
    if (under.length < width) continue;
    const ready = await next();
    if (ready) yield ready;
  }
  for (let ready = await next(); ready; ready = await next()) yield ready;
}
