import { LARGEST_ROW, type ReadRow } from "./read-row.ts";

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** One line as a row; "empty" where it has nothing, undefined when it is not JSON of an object in UTF-8. */
function rowOf(line: Uint8Array): Record<string, unknown> | "empty" | undefined {
  try {
    const text = utf8.decode(line).trim();
    if (text === "") return "empty";
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    // The message would quote the line.
    return undefined;
  }
}

const withoutMark = (line: Uint8Array): Uint8Array =>
  BYTE_ORDER_MARK.every((byte, index) => line[index] === byte) ? line.subarray(3) : line;

/**
 * Rows of JSON Lines from bytes in chunks of any size: a line feed is never part of a letter in UTF-8, so lines are cut
 * as bytes and read whole. At most one line is held. `from` is where in the file the bytes begin.
 */
export async function* readJsonLines(
  chunks: AsyncIterable<Uint8Array>,
  { from = 0 }: { from?: number } = {},
): AsyncGenerator<ReadRow> {
  let held: Uint8Array[] = [];
  let size = 0;
  let position = from;
  const take = (next: number): ReadRow | undefined => {
    const line = Buffer.concat(held);
    const row = rowOf(next - line.length <= 1 && from === 0 ? withoutMark(line) : line);
    held = [];
    size = 0;
    if (row === "empty") return undefined;
    return row ? { ok: true, row, next } : { ok: false, code: "format_mismatch" };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); ; end = chunk.indexOf(LINE_FEED, start)) {
      const piece = chunk.subarray(start, end < 0 ? chunk.length : end);
      held.push(piece);
      size += piece.length;
      if (size > LARGEST_ROW) return yield { ok: false, code: "row_too_large" };
      if (end < 0) break;
      start = end + 1;
      const read = take(position + start);
      if (read) yield read;
      if (read?.ok === false) return;
    }
    position += chunk.length;
  }
  const last = size > 0 ? take(position) : undefined;
  if (last) yield last;
}
