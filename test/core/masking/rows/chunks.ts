import type { ReadRow } from "../../../../functions/core/masking/rows/read-row.ts";

/** The bytes in pieces that end where it is said. */
export async function* cut(bytes: Uint8Array, at: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const end of [...at].sort((a, b) => a - b)) {
    yield bytes.subarray(start, Math.max(start, end));
    start = Math.max(start, end);
  }
  yield bytes.subarray(start);
}

export async function allOf(rows: AsyncIterable<ReadRow>): Promise<ReadRow[]> {
  const all: ReadRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

export const bytesOf = (text: string): Uint8Array => Buffer.from(text, "utf8");
export async function* failing(text: string): AsyncGenerator<Uint8Array> {
  yield bytesOf(text);
  throw new Error("S3 is away");
}
