import { damaged } from "./fault.ts";
import { byteAt, type Cursor, take, varint } from "./thrift.ts";

/**
 * Reads exactly `length` numbers of `width` bits in Parquet's hybrid of runs and bit packing. A run may claim any
 * number of repetitions: no more than `length` are ever made.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export function hybrid(cursor: Cursor, width: number, length: number): Uint32Array {
  if (width > 24) throw damaged("a number takes too many bits");
  const numbers = new Uint32Array(length);
  const mask = 2 ** width - 1;
  let at = 0;
  while (at < length) {
    const head = varint(cursor);
    if (head % 2 === 0) {
      const run = head / 2;
      if (run === 0 || run > length - at) throw damaged("a run is longer than its page");
      let value = 0;
      for (let index = 0; index < Math.ceil(width / 8); index += 1) value += byteAt(cursor) * 256 ** index;
      numbers.fill(value, at, at + run);
      at += run;
      continue;
    }
    const groups = (head - 1) / 2;
    // The last group may be filled up to eight.
    if (groups === 0 || groups * 8 >= length - at + 8) throw damaged("packed numbers go beyond their page");
    const packed = take(cursor, groups * width);
    const here = Math.min(groups * 8, length - at);
    for (let index = 0; index < here; index += 1) {
      const byte = (index * width) >> 3;
      const four =
        (packed[byte] ?? 0) |
        ((packed[byte + 1] ?? 0) << 8) |
        ((packed[byte + 2] ?? 0) << 16) |
        ((packed[byte + 3] ?? 0) << 24);
      numbers[at + index] = (four >>> ((index * width) & 7)) & mask;
    }
    at += here;
  }
  return numbers;
}
