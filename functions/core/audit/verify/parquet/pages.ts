import type { ColumnType, ColumnValue } from "../../columns.ts";
import { damaged, tooLarge, unsupported } from "./fault.ts";
import type { Chunk } from "./footer.ts";
import { hybrid } from "./levels.ts";
import { unsnappy } from "./snappy.ts";
import { type Cursor, count, type Struct, struct, structIn, take } from "./thrift.ts";

/** How many bytes of pages may still be unpacked, of one file. */
type Room = { left: number };

const PAGE = { dictionary: 2, data: 3 };
const ENCODING = { plain: 0, dictionary: 8 };
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function unpacked(packed: Uint8Array, size: number, codec: Chunk["codec"], room: Room): Uint8Array {
  if (codec === "none") {
    if (packed.length !== size) throw damaged("a page tells two sizes");
    return packed;
  }
  if (size > room.left) throw tooLarge(`a page claims ${size} bytes`);
  room.left -= size;
  return unsnappy(packed, size);
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw damaged("a text is not UTF-8");
  }
}

function dateOf(ms: bigint): Date {
  const date = new Date(Number(ms));
  if (Number.isNaN(date.getTime())) throw damaged("a time is none");
  return date;
}

/** So many values one after the other, as they are. */
function plain(cursor: Cursor, type: ColumnType, length: number): ColumnValue[] {
  const view = new DataView(cursor.bytes.buffer, cursor.bytes.byteOffset, cursor.bytes.byteLength);
  const at = cursor.at;
  if (type === "boolean") {
    const bits = take(cursor, Math.ceil(length / 8));
    return Array.from({ length }, (_, index) => (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1);
  }
  if (type === "int") {
    take(cursor, length * 4);
    return Array.from({ length }, (_, index) => view.getInt32(at + index * 4, true));
  }
  if (type === "bigint" || type === "timestamp") {
    take(cursor, length * 8);
    const longs = Array.from({ length }, (_, index) => view.getBigInt64(at + index * 8, true));
    return type === "bigint" ? longs : longs.map(dateOf);
  }
  const texts: ColumnValue[] = [];
  for (let index = 0; index < length; index += 1) {
    const size = take(cursor, 4);
    texts.push(textOf(take(cursor, new DataView(size.buffer, size.byteOffset, 4).getUint32(0, true))));
  }
  return texts;
}

type Part = { type: ColumnType; chunk: Chunk; room: Room };

function dictionaryPage(header: Struct, packed: Uint8Array, { type, chunk, room }: Part): ColumnValue[] {
  const about = structIn(header.get(7), "dictionary header");
  const bytes = unpacked(packed, count(header, 2, "page size"), chunk.codec, room);
  const length = count(about, 1, "count of values");
  // A value takes a bit at least.
  if (length > bytes.length * 8) throw damaged("a dictionary claims more than it has");
  return plain({ bytes, at: 0 }, type, length);
}

function dataPage(
  header: Struct,
  packed: Uint8Array,
  { type, chunk, room }: Part,
  dictionary: readonly ColumnValue[] | undefined,
): ColumnValue[] {
  const about = structIn(header.get(8), "data page header");
  const [rows, nulls] = [count(about, 1, "count of values"), count(about, 2, "count of nulls")];
  if (rows > chunk.values || nulls > rows) throw damaged("a page claims more values than its column has");
  if (count(about, 6, "length of levels") !== 0) throw unsupported("it has repeated values");
  const levels = count(about, 5, "length of levels");
  const cursor: Cursor = { bytes: packed, at: 0 };
  const defined = hybrid({ bytes: take(cursor, levels), at: 0 }, 1, levels === 0 ? 0 : rows);
  const isSet = (row: number) => levels === 0 || defined[row] === 1;
  const length = rows - nulls;
  let set = 0;
  for (let row = 0; row < rows; row += 1) if (isSet(row)) set += 1;
  if (set !== length) throw damaged("a page has another number of nulls than it says");
  const rest = take(cursor, packed.length - levels);
  const codec = about.get(7) === false ? "none" : chunk.codec;
  const bytes = unpacked(rest, count(header, 2, "page size") - levels, codec, room);
  const encoding = count(about, 4, "encoding");
  const page: Cursor = { bytes, at: 0 };
  let values: readonly ColumnValue[];
  if (encoding === ENCODING.plain) values = plain(page, type, length);
  else if (encoding === ENCODING.dictionary && dictionary) {
    const width = length === 0 ? 0 : (take(page, 1)[0] ?? 0);
    values = Array.from(hybrid(page, width, length), (index) => {
      const value = dictionary[index];
      if (value === undefined) throw damaged("a value is not in its dictionary");
      // A long text that many rows share takes little room, and as much work for each row as if it had its own.
      if (typeof value === "string") room.left -= value.length;
      if (room.left < 0) throw tooLarge("its rows claim more text than a file may have");
      return value;
    });
  } else throw unsupported(`a page has the encoding ${encoding}`);
  let next = 0;
  return Array.from({ length: rows }, (_, row) => (isSet(row) ? (values[next++] ?? null) : null));
}

/** The values of a column's part of a row group. Only what the record's exporter writes: pages of version 2. */
export function chunkValues(file: Uint8Array, part: Part): ColumnValue[] {
  const { chunk } = part;
  const cursor: Cursor = { bytes: file.subarray(0, chunk.end), at: chunk.start };
  const values: ColumnValue[] = [];
  let dictionary: ColumnValue[] | undefined;
  while (cursor.at < chunk.end) {
    const header = struct(cursor);
    const packed = take(cursor, count(header, 3, "packed page size"));
    const kind = count(header, 1, "kind of page");
    if (kind === PAGE.dictionary) dictionary = dictionaryPage(header, packed, part);
    else if (kind === PAGE.data) {
      for (const value of dataPage(header, packed, part, dictionary)) values.push(value);
      if (values.length > chunk.values) throw damaged("a column has more values than it says");
    } else throw unsupported(`it has a page of kind ${kind}`);
  }
  if (values.length !== chunk.values) throw damaged("a column has fewer values than it says");
  return values;
}
