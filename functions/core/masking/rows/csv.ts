import { pipeline, Readable } from "node:stream";
import { parse } from "csv-parse";
import { LARGEST_ROW, type ReadRow, type RowsTrouble } from "./read-row.ts";

export type CsvOptions = {
  /** Columns of which the first line must name at least one: a file without a header would put values where names are. */
  known: readonly string[];
  delimiter?: "," | ";" | "\t" | "|";
  /** For bytes from the midst of a file: where they begin, and its header. */
  resume?: { from: number; header: readonly string[] };
};

const BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";
/** What the parser takes at once: when a row is too large it says so of every further byte. */
const PIECE = 16_384;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes in small pieces, until it is known that no more are wanted. */
async function* piecesOf(chunks: AsyncIterable<Uint8Array>, over: () => boolean): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += PIECE) {
      if (over()) return;
      yield chunk.subarray(at, at + PIECE);
    }
}

/** Leaves out a byte order mark at the beginning, however it is cut, and says where what follows begins. */
async function* withoutMark(
  pieces: AsyncIterable<Uint8Array>,
  start: { at: number },
): AsyncGenerator<Uint8Array> {
  let held: Buffer | undefined = Buffer.alloc(0);
  for await (const piece of pieces) {
    if (!held) {
      yield piece;
      continue;
    }
    held = Buffer.concat([held, piece]);
    if (held.length < BYTE_ORDER_MARK.length) continue;
    start.at = held.toString("latin1", 0, 3) === BYTE_ORDER_MARK ? 3 : 0;
    yield held.subarray(start.at);
    held = undefined;
  }
  if (held) yield held;
}

const isHeader = (header: readonly string[], known: readonly string[]): boolean =>
  new Set(header).size === header.length &&
  header.every((name) => name !== "") &&
  header.some((name) => known.includes(name));

const rowOf = (header: readonly string[], record: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(header.map((name, index) => [name, record[index] ?? null]));

type Parsed = { record: string[]; info: { bytes: number } };
type ReadRecord = { ok: true; record: string[]; next: number } | { ok: false; code: RowsTrouble };

/** Bytes as the parser was told to give them, one a character; undefined where they are not UTF-8. */
function textsOf(record: readonly string[]): string[] | undefined {
  try {
    return record.map((field) => utf8.decode(Buffer.from(field, "latin1")));
  } catch {
    return undefined;
  }
}

/**
 * Records up to the first that is wrong. The parser goes on behind such a one, since all that it has read before would be
 * lost if it stopped there, and how much that is depends on how the bytes came.
 */
async function* recordsOf(
  chunks: AsyncIterable<Uint8Array>,
  { delimiter = ",", resume }: CsvOptions,
): AsyncGenerator<ReadRecord> {
  let wrong: { after: number; code: RowsTrouble } | undefined;
  const parser = parse({
    ...{ delimiter, encoding: "latin1", info: true, skip_empty_lines: true, relax_column_count: true },
    ...{ max_record_size: LARGEST_ROW, skip_records_with_error: true },
    on_skip: (error) => {
      const code = error?.code === "CSV_MAX_RECORD_SIZE" ? "row_too_large" : "format_mismatch";
      wrong ??= { after: parser.info.records, code };
      return undefined;
    },
  });
  const start = { at: resume?.from ?? 0 };
  const pieces = piecesOf(chunks, () => wrong !== undefined);
  const source = resume ? pieces : withoutMark(pieces, start);
  // What goes wrong on the way reaches whoever reads the parser: pipeline destroys it with the fault.
  pipeline(Readable.from(source, { highWaterMark: 1 }), parser, () => undefined);
  try {
    let count = 0;
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      if (wrong && count >= wrong.after) break;
      count += 1;
      const texts = textsOf(record);
      if (!texts) return yield { ok: false, code: "format_mismatch" };
      yield { ok: true, record: texts, next: start.at + info.bytes };
    }
    if (wrong) yield { ok: false, code: wrong.code };
  } finally {
    parser.destroy();
  }
}

/** The header of a file from its first bytes, and where its rows begin: what reading on from the midst needs. */
export async function readCsvHeader(
  chunks: AsyncIterable<Uint8Array>,
  options: Omit<CsvOptions, "resume">,
): Promise<{ ok: true; header: string[]; next: number } | { ok: false; code: RowsTrouble }> {
  for await (const read of recordsOf(chunks, options)) {
    if (!read.ok) return read;
    if (isHeader(read.record, options.known)) return { ok: true, header: read.record, next: read.next };
    break;
  }
  return { ok: false, code: "format_mismatch" };
}

/** Rows of a CSV file with a header (RFC 4180) from bytes in chunks of any size, one at a time. */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  options: CsvOptions,
): AsyncGenerator<ReadRow> {
  let header = options.resume?.header;
  for await (const read of recordsOf(chunks, options)) {
    if (!read.ok) return yield read;
    const { record, next } = read;
    if (!header && !isHeader(record, options.known)) return yield { ok: false, code: "format_mismatch" };
    if (!header) header = record;
    else if (header.length !== record.length) return yield { ok: false, code: "format_mismatch" };
    else yield { ok: true, row: rowOf(header, record), next };
  }
  if (!header) yield { ok: false, code: "format_mismatch" };
}
