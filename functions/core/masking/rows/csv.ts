import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { LARGEST_ROW, type ReadRow, type RowsTrouble } from "./read-row.ts";

/** Bytes that are not UTF-8. */
class NotText extends Error {}

export type CsvOptions = {
  /** Columns of which the first line must name at least one: a file without a header would put values where names are. */
  known: readonly string[];
  delimiter?: "," | ";" | "\t" | "|";
  /** For bytes from the midst of a file: where they begin, and its header. */
  resume?: { from: number; header: readonly string[] };
};

/** Whole letters as they come: a letter split between chunks waits for its rest. */
async function* checkedText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const check = (chunk?: Uint8Array) => {
    try {
      utf8.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new NotText();
    }
  };
  for await (const chunk of chunks) {
    check(chunk);
    yield chunk;
  }
  check();
}

const isHeader = (header: readonly string[], known: readonly string[]): boolean =>
  new Set(header).size === header.length &&
  header.every((name) => name !== "") &&
  header.some((name) => known.includes(name));

const rowOf = (header: readonly string[], record: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(header.map((name, index) => [name, record[index] ?? null]));

type Parsed = { record: string[]; info: { bytes: number } };
type ReadRecord = { ok: true; record: string[]; next: number } | { ok: false; code: RowsTrouble };

async function* recordsOf(
  chunks: AsyncIterable<Uint8Array>,
  { delimiter = ",", resume }: CsvOptions,
): AsyncGenerator<ReadRecord> {
  const parser = parse({
    ...{ delimiter, bom: resume === undefined, info: true, skip_empty_lines: true },
    max_record_size: LARGEST_ROW,
  });
  // What goes wrong on the way reaches whoever reads the parser: pipeline destroys it with the fault.
  pipeline(Readable.from(checkedText(chunks)), parser, () => undefined);
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>)
      yield { ok: true, record, next: (resume?.from ?? 0) + info.bytes };
  } catch (fault) {
    // The library's messages quote the file.
    if (fault instanceof CsvError)
      yield { ok: false, code: fault.code === "CSV_MAX_RECORD_SIZE" ? "row_too_large" : "format_mismatch" };
    else if (fault instanceof NotText) yield { ok: false, code: "format_mismatch" };
    else throw fault;
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
