import { maskerFor } from "../../functions/core/masking/masker.ts";
import { readCsv } from "../../functions/core/masking/rows/csv.ts";
import { readJsonLines } from "../../functions/core/masking/rows/jsonl.ts";
import type { ReadRow } from "../../functions/core/masking/rows/read-row.ts";
import { fieldRules } from "../../functions/core/masking/rules.ts";

const rules = fieldRules.parse([
  { path: "id", class: "id", method: "token" },
  { path: "name", class: "name", method: "token" },
  { path: "email", class: "email", method: "token" },
  { path: "card", class: "card", method: "format" },
  { path: "amount", method: "bucket", step: 100 },
  { path: "notes", class: "free-text", method: "token" },
  { path: "region", class: "none", method: "keep" },
  { path: "terms", class: "none", method: "keep" },
]);

const FILLER = "The claim was handled in the usual way and closed after two letters. ".repeat(24);

/** Mostly prose to be searched, or mostly what is kept, which takes a tenth of the time. */
export type Kind = "prose" | "kept";

const recordAt = (index: number, kind: Kind) => ({
  id: `C${String(index).padStart(8, "0")}`,
  name: `Anna${index} Schmidt`,
  email: `anna${index}@example.org`,
  card: `4111 1111 1111 ${String(index % 10_000).padStart(4, "0")}`,
  amount: String(index % 5000),
  notes: `${kind === "prose" ? FILLER : ""} Reach her at anna${index}@example.org or +49 171 ${String(1_000_000 + (index % 9_000_000))}.`,
  region: "north",
  terms: kind === "kept" ? FILLER : "as usual",
});

const writers = {
  jsonl: { head: "", line: (index: number, kind: Kind) => `${JSON.stringify(recordAt(index, kind))}\n` },
  csv: {
    head: `${Object.keys(recordAt(0, "kept")).join()}\n`,
    line: (index: number, kind: Kind) => `${Object.values(recordAt(index, kind)).join()}\n`,
  },
} as const;
export type Format = keyof typeof writers;

/** That many bytes of rows, made as they are asked for, in chunks as S3 gives them. */
async function* made(format: Format, size: number, kind: Kind): AsyncGenerator<Uint8Array> {
  const { head, line } = writers[format];
  let [text, given, index] = [head, 0, 0];
  while (given < size) {
    while (text.length < 65_536) {
      text += line(index, kind);
      index += 1;
    }
    const chunk = Buffer.from(text);
    given += chunk.length;
    text = "";
    yield chunk;
  }
}

const readers = {
  jsonl: (chunks: AsyncIterable<Uint8Array>): AsyncIterable<ReadRow> => readJsonLines(chunks),
  csv: (chunks: AsyncIterable<Uint8Array>): AsyncIterable<ReadRow> => readCsv(chunks, { known: ["name"] }),
};

/** Reads, masks (or only copies) and serialises that many bytes of rows, and tells the most heap that it saw after a collection. */
export async function stream(
  format: Format,
  size: number,
  { how = "mask", kind = "kept" }: { how?: "mask" | "copy"; kind?: Kind } = {},
) {
  const masker = maskerFor(
    rules,
    new Uint8Array(32).fill(7),
    "k7m2k7m2k7m2k7m2",
    (count) => new Uint8Array(count),
  );
  let [rows, written, heap] = [0, 0, 0];
  for await (const read of readers[format](made(format, size, kind))) {
    if (!read.ok) throw new Error(read.code);
    const masked = how === "mask" ? masker.row(read.row) : read;
    if (!masked.ok) throw new Error(masked.code);
    written += JSON.stringify(masked.row).length;
    rows += 1;
    if (rows % 2000 === 0) {
      (globalThis as { gc?: () => void }).gc?.();
      heap = Math.max(heap, process.memoryUsage().heapUsed);
    }
  }
  return { rows, written, heap };
}
