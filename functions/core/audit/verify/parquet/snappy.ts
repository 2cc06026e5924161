import { damaged } from "./fault.ts";
import { byteAt, type Cursor, take, varint } from "./thrift.ts";

function number(cursor: Cursor, bytes: number): number {
  let value = 0;
  for (let index = 0; index < bytes; index += 1) value += byteAt(cursor) * 256 ** index;
  return value;
}

/** Length and distance of a copy: in one byte more, in two, or in four. */
function copyOf(tag: number, cursor: Cursor): { length: number; distance: number } {
  if ((tag & 3) === 1)
    return { length: ((tag >> 2) & 7) + 4, distance: ((tag >> 5) << 8) + number(cursor, 1) };
  return { length: (tag >> 2) + 1, distance: number(cursor, (tag & 3) === 2 ? 2 : 4) };
}

/**
 * Undoes Snappy into exactly `size` bytes: the caller has made sure that there is room for so many, and nothing in the
 * input can ask for more.
 * https://github.com/google/snappy/blob/main/format_description.txt
 */
export function unsnappy(input: Uint8Array, size: number): Uint8Array {
  const cursor: Cursor = { bytes: input, at: 0 };
  if (varint(cursor) !== size) throw damaged("a page tells two sizes");
  const output = new Uint8Array(size);
  let end = 0;
  while (cursor.at < input.length) {
    const tag = byteAt(cursor);
    if ((tag & 3) === 0) {
      const short = tag >> 2;
      const literal = take(cursor, (short < 60 ? short : number(cursor, short - 59)) + 1);
      if (end + literal.length > size) throw damaged("a page is larger than it says");
      output.set(literal, end);
      end += literal.length;
    } else {
      const { length, distance } = copyOf(tag, cursor);
      if (distance === 0 || distance > end) throw damaged("a copy begins before the page");
      if (end + length > size) throw damaged("a page is larger than it says");
      // Byte by byte where it overlaps itself: that is how a run is written.
      if (distance >= length) output.copyWithin(end, end - distance, end - distance + length);
      else
        for (let index = 0; index < length; index += 1)
          output[end + index] = output[end + index - distance] ?? 0;
      end += length;
    }
  }
  if (end !== size) throw damaged("a page is smaller than it says");
  return output;
}
