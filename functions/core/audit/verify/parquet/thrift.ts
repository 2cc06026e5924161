import { damaged, unsupported } from "./fault.ts";

/** A place in some bytes. Reading moves it. */
export type Cursor = { readonly bytes: Uint8Array; at: number };

export type Value = boolean | number | Uint8Array | readonly Value[] | Struct;
/** A struct of Thrift's compact protocol: its fields by number. */
export type Struct = ReadonlyMap<number, Value>;

const TYPE = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  struct: 12,
};
/** Far deeper than Parquet goes; a file that goes on would end in a stack overflow. */
const MAX_DEPTH = 16;

export function byteAt(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) throw damaged("it ends too early");
  cursor.at += 1;
  return byte;
}

/** The next `length` bytes, as a view. */
export function take(cursor: Cursor, length: number): Uint8Array {
  const end = cursor.at + length;
  if (!Number.isSafeInteger(length) || length < 0 || end > cursor.bytes.length)
    throw damaged("a length goes beyond its end");
  const part = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return part;
}

/** An unsigned LEB128 number. Beyond 2^53 there is nothing that a length, a count or an offset may be. */
export function varint(cursor: Cursor): number {
  let value = 0;
  for (let scale = 1; scale < 2 ** 56; scale *= 128) {
    const byte = byteAt(cursor);
    value += (byte & 127) * scale;
    if (byte < 128) {
      if (!Number.isSafeInteger(value)) break;
      return value;
    }
  }
  throw damaged("a number is too large");
}

function zigzag(cursor: Cursor): number {
  const value = varint(cursor);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** An i64 of any size, of which only the small ones mean something here (bounds of columns may be anything). */
function long(cursor: Cursor): number {
  const start = cursor.at;
  try {
    return zigzag(cursor);
  } catch {
    cursor.at = start;
    for (let count = 0; count < 10; count += 1) if (byteAt(cursor) < 128) return Number.NaN;
    throw damaged("a number is too large");
  }
}

function list(cursor: Cursor, depth: number): Value[] {
  const head = byteAt(cursor);
  const type = head & 15;
  const size = head >> 4 === 15 ? varint(cursor) : head >> 4;
  // Every element takes a byte at least, so that no size can ask for more than the file is long.
  if (size > cursor.bytes.length - cursor.at) throw damaged("a list is longer than the file");
  const values: Value[] = [];
  for (let count = 0; count < size; count += 1) {
    const isFlag = type === TYPE.true || type === TYPE.false;
    values.push(isFlag ? byteAt(cursor) === TYPE.true : readValue(cursor, type, depth));
  }
  return values;
}

function readValue(cursor: Cursor, type: number, depth: number): Value {
  if (type === TYPE.true) return true;
  if (type === TYPE.false) return false;
  if (type === TYPE.byte) return byteAt(cursor);
  if (type === TYPE.i16 || type === TYPE.i32) return zigzag(cursor);
  if (type === TYPE.i64) return long(cursor);
  if (type === TYPE.double) return take(cursor, 8);
  if (type === TYPE.binary) return take(cursor, varint(cursor));
  if (type === TYPE.list) return list(cursor, depth);
  if (type === TYPE.struct) return struct(cursor, depth + 1);
  throw unsupported(`it has a value of Thrift's type ${type}`);
}

/**
 * Reads one struct of the compact protocol, the encoding of Parquet's footers and page headers.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export function struct(cursor: Cursor, depth = 0): Struct {
  if (depth > MAX_DEPTH) throw damaged("it is nested too deep");
  const fields = new Map<number, Value>();
  let id = 0;
  for (;;) {
    const head = byteAt(cursor);
    if ((head & 15) === 0) return fields;
    id = head >> 4 === 0 ? zigzag(cursor) : id + (head >> 4);
    fields.set(id, readValue(cursor, head & 15, depth));
  }
}

/** A field that must be a number, a whole one and not negative. */
export function count(fields: Struct, id: number, what: string): number {
  const value = fields.get(id);
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw damaged(`it has no ${what}`);
  return value;
}

export function structIn(value: Value | undefined, what: string): Struct {
  if (!(value instanceof Map)) throw damaged(`it has no ${what}`);
  return value;
}

export function listIn(value: Value | undefined, what: string): readonly Value[] {
  if (!Array.isArray(value)) throw damaged(`it has no ${what}`);
  return value;
}
