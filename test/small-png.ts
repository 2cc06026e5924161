import { crc32, deflateSync, inflateSync } from "node:zlib";

// https://www.w3.org/TR/png-3/: what a browser writes is 8 bits a channel, not interlaced.
const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
// Flat colours and grey edges of letters: more of them are not seen.
const COLOURS = 64;
const CHANNELS: Record<number, number> = { 2: 3, 6: 4 };

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function chunksOf(png: Buffer, type: string): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === type) found.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return found;
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)] as const;
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

/** Undoes the filter of each row, in place; the filter bytes stay where they are. */
function unfilter(rows: Buffer, stride: number, step: number): void {
  for (let start = 0; start < rows.length; start += stride) {
    const filter = rows[start] ?? 0;
    for (let at = start + 1; at < start + stride; at += 1) {
      const left = at - step > start ? (rows[at - step] ?? 0) : 0;
      const up = start > 0 ? (rows[at - stride] ?? 0) : 0;
      const corner = start > 0 && at - step > start ? (rows[at - stride - step] ?? 0) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      rows[at] = ((rows[at] ?? 0) + guess) & 255;
    }
  }
}

const distance = (a: number, b: number): number =>
  [16, 8, 0].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0);

/** The commonest colours, in order, and for each colour the place of the nearest of them. */
function paletteOf(colours: Uint32Array): { list: number[]; placeOf: Map<number, number> } {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const all = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const list = all.slice(0, COLOURS);
  const nearest = (colour: number) =>
    list.reduce(
      (best, each, at) => (distance(each, colour) < distance(list[best] ?? 0, colour) ? at : best),
      0,
    );
  return { list, placeOf: new Map(all.map((colour, at) => [colour, at < COLOURS ? at : nearest(colour)])) };
}

/** The same picture with a palette, packed as tightly as zlib can: about a quarter of what a browser writes. */
export function smallPng(png: Buffer): Buffer {
  const header = chunksOf(png, "IHDR")[0];
  const step = CHANNELS[header?.[9] ?? 0];
  if (!header || !step || header[8] !== 8 || header[12] !== 0)
    throw new TypeError("not a PNG as browsers write");
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const stride = width * step + 1;
  const rows = inflateSync(Buffer.concat(chunksOf(png, "IDAT")));
  unfilter(rows, stride, step);
  const colours = new Uint32Array(width * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) colours[y * width + x] = rows.readUIntBE(y * stride + 1 + x * step, 3);
  const { list, placeOf } = paletteOf(colours);
  const indexed = Buffer.alloc(height * (width + 1));
  for (const [at, colour] of colours.entries())
    indexed[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = placeOf.get(colour) ?? 0;
  const plte = Buffer.alloc(list.length * 3);
  for (const [at, colour] of list.entries()) plte.writeUIntBE(colour, at * 3, 3);
  const ihdr = Buffer.from(header);
  ihdr[9] = 3;
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", ihdr),
    chunk("PLTE", plte),
    chunk("IDAT", deflateSync(indexed, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
