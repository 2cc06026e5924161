import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { parquetOf } from "../../../../functions/aws/parquet.ts";
import type { ColumnType, ColumnValue } from "../../../../functions/core/audit/columns.ts";
import { readParquet } from "../../../../functions/core/audit/verify/parquet/read.ts";

const LIMITS = { rows: 1_000, unpackedBytes: 100_000 };
const schema = (["string", "bigint", "int", "boolean", "timestamp"] as const).map((type: ColumnType) => ({
  name: `a_${type}`,
  type,
}));
/** Rows with repetitions, nothing at some places, texts that pack well and texts that do not. */
const rows: ColumnValue[][] = Array.from({ length: 21 }, (_, at) => [
  at % 4 === 3 ? null : at % 3 === 0 ? "same again ".repeat(9) : `text ${at}`,
  at % 5 === 4 ? null : BigInt(at) ** 9n,
  at - 10,
  at % 7 === 0 ? null : at % 2 === 0,
  new Date(Date.UTC(2026, 10, 22) + (at % 2) * 1_000),
]);
const packed = parquetOf(schema, rows);
const plain = new Uint8Array(
  parquetWriteBuffer({
    codec: "UNCOMPRESSED",
    columnData: [
      { name: "text", data: ["a", "b", "b", "b", "c"], type: "STRING" },
      { name: "flag", data: [true, false, true, true, null], type: "BOOLEAN" },
    ],
  }),
);

const seen = (bytes: Uint8Array, limits = LIMITS): string => {
  const file = readParquet(bytes, limits);
  if (!file.ok)
    return `${file.trouble}: ${file.why.replace(/-?\d+/g, "n").replace(/column \S+/, "column c")}`;
  return JSON.stringify(file.columns.map(({ name, values }) => [name, values.map(String)]));
};

/** How often each thing is said of a file with one byte changed; what is read all the same is told by how it differs. */
function tally(bytes: Uint8Array): Record<string, number> {
  const whole = seen(bytes);
  const counts = new Map<string, number>();
  for (let at = 0; at < bytes.length; at += 1)
    for (const mask of [1, 2, 0x80, 0xff]) {
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] ?? 0) ^ mask;
      const said = seen(flipped);
      const what = said === whole ? "read as before" : said.startsWith("[") ? "read as something else" : said;
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe("what the verifier's reader says of files that were changed", () => {
  test("in each byte, packed", () => {
    expect(tally(packed)).toMatchInlineSnapshot(`
      {
        "damaged: a column c fewer values than it says": 3,
        "damaged: a column c no name": 25,
        "damaged: a copy begins before the page": 224,
        "damaged: a length goes beyond its end": 203,
        "damaged: a number is too large": 7,
        "damaged: a number takes too many bits": 4,
        "damaged: a page has another number of nulls than it says": 46,
        "damaged: a page is larger than it says": 15,
        "damaged: a page is smaller than it says": 12,
        "damaged: a page tells two sizes": 67,
        "damaged: a row group lacks columns": 1,
        "damaged: a run is longer than its page": 11,
        "damaged: a text is not UTFn": 66,
        "damaged: a time is none": 12,
        "damaged: a value is not in its dictionary": 6,
        "damaged: column c goes beyond the file": 5,
        "damaged: column c has n values in n rows": 72,
        "damaged: column c is not where the schema says": 333,
        "damaged: it ends too early": 164,
        "damaged: it has no codec": 12,
        "damaged: it has no column c": 56,
        "damaged: it has no compressed size": 5,
        "damaged: it has no count of columns": 4,
        "damaged: it has no count of nulls": 18,
        "damaged: it has no count of rows": 6,
        "damaged: it has no count of rows in a group": 57,
        "damaged: it has no count of values": 38,
        "damaged: it has no data page header": 11,
        "damaged: it has no data page offset": 34,
        "damaged: it has no dictionary header": 10,
        "damaged: it has no dictionary offset": 3,
        "damaged: it has no encoding": 5,
        "damaged: it has no kind of page": 10,
        "damaged: it has no length of levels": 60,
        "damaged: it has no packed page size": 76,
        "damaged: it has no page size": 7,
        "damaged: it has no row groups": 3,
        "damaged: it has no schema": 11,
        "damaged: it is not a Parquet file": 32,
        "damaged: its footer is longer than the file": 11,
        "damaged: its row groups have another number of rows": 1,
        "damaged: packed numbers go beyond their page": 16,
        "read as before": 623,
        "read as something else": 780,
        "too_large: it claims n rows": 1,
        "unsupported: a page has the encoding n": 7,
        "unsupported: column c has a type that the record does not use": 15,
        "unsupported: column c is not optional": 10,
        "unsupported: it has a page of kind n": 1,
        "unsupported: it has a value of Thrift's type n": 447,
        "unsupported: it has repeated values": 5,
        "unsupported: its schema is not flat": 1,
      }
    `);
  });

  test("in each byte, not packed", () => {
    expect(tally(plain)).toMatchInlineSnapshot(`
      {
        "damaged: a column c fewer values than it says": 1,
        "damaged: a column c no name": 17,
        "damaged: a length goes beyond its end": 127,
        "damaged: a list is longer than the file": 2,
        "damaged: a page has another number of nulls than it says": 9,
        "damaged: a page tells two sizes": 6,
        "damaged: a run is longer than its page": 2,
        "damaged: a text is not UTFn": 10,
        "damaged: column c goes beyond the file": 2,
        "damaged: column c has n values in n rows": 15,
        "damaged: column c is not where the schema says": 67,
        "damaged: it ends too early": 73,
        "damaged: it has no codec": 4,
        "damaged: it has no column c": 27,
        "damaged: it has no compressed size": 2,
        "damaged: it has no count of columns": 4,
        "damaged: it has no count of nulls": 7,
        "damaged: it has no count of rows": 5,
        "damaged: it has no count of rows in a group": 37,
        "damaged: it has no count of values": 15,
        "damaged: it has no data page header": 3,
        "damaged: it has no data page offset": 9,
        "damaged: it has no dictionary header": 2,
        "damaged: it has no encoding": 2,
        "damaged: it has no kind of page": 3,
        "damaged: it has no length of levels": 24,
        "damaged: it has no packed page size": 19,
        "damaged: it has no page size": 2,
        "damaged: it has no row group": 1,
        "damaged: it has no row groups": 3,
        "damaged: it has no schema": 10,
        "damaged: it is not a Parquet file": 32,
        "damaged: its footer is longer than the file": 12,
        "damaged: its row groups have another number of rows": 1,
        "damaged: packed numbers go beyond their page": 4,
        "read as before": 240,
        "read as something else": 14,
        "too_large: it claims n rows": 1,
        "unsupported: a page has the encoding n": 2,
        "unsupported: column c has a type that the record does not use": 9,
        "unsupported: column c is not optional": 4,
        "unsupported: it has a value of Thrift's type n": 160,
        "unsupported: it has repeated values": 2,
        "unsupported: its schema is not flat": 1,
      }
    `);
  });

  test("cut off anywhere", () => {
    const said = new Set(Array.from({ length: packed.length }, (_, at) => seen(packed.subarray(0, at))));
    expect([...said]).toEqual(["damaged: it is not a Parquet file"]);
  });

  test("up to its limits, and beyond them", () => {
    expect(seen(packed, { ...LIMITS, rows: 21 })).toMatch(/^\[/);
    expect(seen(packed, { ...LIMITS, rows: 20 })).toBe("too_large: it claims n rows");
    const least = [...Array(5_000).keys()].find((bytes) =>
      seen(packed, { ...LIMITS, unpackedBytes: bytes }).startsWith("["),
    );
    expect(least).toMatchInlineSnapshot(`1040`);
    expect(seen(packed, { ...LIMITS, unpackedBytes: 0 })).toBe("too_large: a page claims n bytes");
  });

  test("reads only the columns that are asked for", () => {
    const file = readParquet(packed, LIMITS, ["a_int", "a_boolean"]);
    if (!file.ok) throw new Error(file.why);
    expect(file.columns.map(({ name }) => name)).toEqual(["a_int", "a_boolean"]);
    expect(file.columns[0]?.values).toEqual(rows.map((row) => row[2]));
    expect(file.columns[1]?.values).toEqual(rows.map((row) => row[3]));
  });
});
