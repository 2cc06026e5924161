import { constants, inflateRawSync, inflateSync } from "node:zlib";

/** Something that was packed inside other bytes: how, and what came out. */
type Unpacked = { form: "gzip" | "zlib" | "deflate"; bytes: Buffer };

// What is cut off at its end, or followed by something else, still gives what there is. 64 MB is a bomb, not a log.
const OPTIONS = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 };

/** Where the deflate of a gzip member begins; undefined when none does here. RFC 1952, section 2.3. */
function gzipBody(bytes: Buffer, at: number): number | undefined {
  if (bytes[at] !== 0x1f || bytes[at + 1] !== 0x8b || bytes[at + 2] !== 8) return undefined;
  const flags = bytes[at + 3] ?? 0;
  let body = at + 10;
  if (flags & 4) body += 2 + (bytes[body] ?? 0) + ((bytes[body + 1] ?? 0) << 8);
  for (const named of [8, 16]) if (flags & named) body = bytes.indexOf(0, body) + 1 || bytes.length;
  return flags & 2 ? body + 2 : body;
}

/** RFC 1950, section 2.2: method 8, a window of at most 32 KB, a check of the two bytes, no dictionary. */
function isZlib(bytes: Buffer, at: number): boolean {
  const method = bytes[at] ?? 0;
  if ((method & 15) !== 8 || method >> 4 > 7) return false;
  const flags = bytes[at + 1] ?? 0;
  return ((method << 8) | flags) % 31 === 0 && (flags & 0x20) === 0;
}

/** So many bits from a bit's position on, the lowest first (RFC 1951, section 3.1.1); at most 16. Beyond the end are zeros. */
function peek(bytes: Buffer, bit: number, count: number): number {
  const at = bit >> 3;
  const word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
  return (word >> (bit & 7)) & ((1 << count) - 1);
}
const reversed = (value: number, count: number): number =>
  Number.parseInt([...value.toString(2).padStart(count, "0")].reverse().join(""), 2);

/** The fixed code (RFC 1951, section 3.2.6): by the next nine bits, the symbol and how long its code is. */
const FIXED = new Uint16Array(512);
for (let symbol = 0; symbol < 288; symbol += 1) {
  const [length, code] =
    symbol < 144
      ? [8, 0b00110000 + symbol]
      : symbol < 256
        ? [9, 0b110010000 + symbol - 144]
        : symbol < 280
          ? [7, symbol - 256]
          : [8, 0b11000000 + symbol - 280];
  for (let rest = 0; rest < 1 << (9 - length); rest += 1)
    FIXED[reversed(code, length) | (rest << length)] = (symbol << 4) | length;
}
const DISTANCE = Uint8Array.from({ length: 32 }, (_, code) => reversed(code, 5));

const extraOfLength = (symbol: number): number => (symbol < 265 || symbol === 285 ? 0 : (symbol - 261) >> 2);
const PROBED_SYMBOLS = 32;

/**
 * How far what may be a fixed block holds: false as soon as it refers to what was before the beginning, which in what is
 * not deflate is soon; else where it ends and what it has made by then, or that it goes on.
 */
function fixedBlock(bytes: Buffer, from: number, before: number): false | { bit: number; made: number } {
  const end = bytes.length * 8;
  let bit = from;
  let made = before;
  for (let each = 0; each < PROBED_SYMBOLS && bit < end; each += 1) {
    const entry = FIXED[peek(bytes, bit, 9)] ?? 0;
    const symbol = entry >> 4;
    bit += entry & 15;
    if (symbol === 256) return { bit, made };
    if (symbol < 256) made += 1;
    else {
      if (symbol > 285) return false;
      bit += extraOfLength(symbol);
      const code = DISTANCE[peek(bytes, bit, 5)] ?? 31;
      if (code > 29) return false;
      const extra = code < 4 ? 0 : (code >> 1) - 1;
      const base = code < 4 ? code + 1 : 1 + ((2 + (code & 1)) << extra);
      if (base + peek(bytes, bit + 5, extra) > made) return false;
      bit += 5 + extra;
      made += 3;
    }
  }
  return { bit, made: Number.POSITIVE_INFINITY };
}

/** A complete code of code lengths (RFC 1951, section 3.2.7): what is not deflate has one in some thousand places. */
function isDynamicBlock(bytes: Buffer, from: number): boolean {
  if (peek(bytes, from, 5) > 29 || peek(bytes, from + 5, 5) > 29) return false;
  const count = peek(bytes, from + 10, 4) + 4;
  let left = 128;
  for (let each = 0; each < count && left >= 0; each += 1) {
    const length = peek(bytes, from + 14 + 3 * each, 3);
    if (length > 0) left -= 128 >> length;
  }
  return left === 0;
}

/** A stored block's length is followed by its complement (RFC 1951, section 3.2.4). */
function isStoredBlock(bytes: Buffer, from: number): boolean {
  const at = (from + 7) >> 3;
  return at + 4 < bytes.length && (bytes.readUInt16LE(at) ^ bytes.readUInt16LE(at + 2)) === 0xffff;
}

/** Whether deflate's first block may begin here: what comes of it or after it is not asked. */
function mayBegin(bytes: Buffer, bit: number): boolean {
  const kind = peek(bytes, bit + 1, 2);
  if (kind === 2) return isDynamicBlock(bytes, bit + 3);
  return kind === 1 ? fixedBlock(bytes, bit + 3, 0) !== false : kind === 0 && isStoredBlock(bytes, bit + 3);
}

/** Bare deflate has no mark of its own: only its first blocks say whether it may be one that makes `least` bytes. */
function isDeflate(bytes: Buffer, bit: number, least: number, made = 0): boolean {
  const kind = peek(bytes, bit + 1, 2);
  if (kind === 2) return isDynamicBlock(bytes, bit + 3);
  if (kind === 1) {
    const block = fixedBlock(bytes, bit + 3, made);
    if (block === false || block.made >= least) return block !== false;
    return block.made > made && peek(bytes, bit, 1) === 0 && isDeflate(bytes, block.bit, least, block.made);
  }
  return kind === 0 && isStoredBlock(bytes, bit + 3);
}

function inflated(form: Unpacked["form"], bytes: Buffer, at: number): Unpacked[] {
  // Thousands only look like it: to trace where each was refused takes longer than to refuse it.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return [{ form, bytes: (form === "zlib" ? inflateSync : inflateRawSync)(bytes.subarray(at), OPTIONS) }];
  } catch {
    return [];
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Everything of `least` bytes that is packed in these, wherever it begins; `bare`: also deflate without any header. */
export function* unpack(bytes: Buffer, least: number, bare: boolean): Generator<Unpacked> {
  for (let at = 0; at + 2 < bytes.length; at += 1) {
    const body = gzipBody(bytes, at);
    if (body !== undefined) yield* inflated("gzip", bytes, body);
    if (isZlib(bytes, at) && mayBegin(bytes, (at + 2) * 8)) yield* inflated("zlib", bytes, at);
    if (bare && isDeflate(bytes, at * 8, least)) yield* inflated("deflate", bytes, at);
  }
}
