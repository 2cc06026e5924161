import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { parquetOf } from "../../../../functions/aws/parquet.ts";
import {
  type ColumnType,
  type ColumnValue,
  columns,
  rowOf,
} from "../../../../functions/core/audit/columns.ts";
import { type ParquetFile, readParquet } from "../../../../functions/core/audit/verify/parquet/read.ts";
import { everyFact } from "../../../fakes/events.ts";
import { loose } from "../../../functions/export-audit/fixtures.ts";
import { rowsOf } from "../../../functions/export-audit/read.ts";

const LIMITS = { rows: 100_000, unpackedBytes: 64 * 1024 * 1024 };

function read(bytes: Uint8Array): ParquetFile {
  const file = readParquet(bytes, LIMITS);
  if (!file.ok) throw new Error(file.why);
  return file;
}
const rowsIn = ({ rows, columns: read }: ParquetFile): Record<string, ColumnValue>[] =>
  Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(read.map(({ name, values }) => [name, values[row] ?? null])),
  );

const arbitrary: Record<ColumnType, fc.Arbitrary<ColumnValue>> = {
  string: fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("a", "b", "", "x".repeat(300))),
  bigint: fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(0n, 1n)),
  int: fc.integer(),
  boolean: fc.boolean(),
  timestamp: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") }),
};
const schema = (Object.keys(arbitrary) as ColumnType[]).map((type) => ({ name: `a_${type}`, type }));
const row = fc.tuple(...schema.map(({ type }) => fc.option(arbitrary[type], { nil: null })));

describe("the verifier's own reader of Parquet", () => {
  test("reads what the exporter writes, as another implementation does", async () => {
    const events = Array.from({ length: 70 }, (_, index) =>
      loose(`event-${String(index).padStart(10, "0")}`, index % 3 ? everyFact : { purpose: `p${index % 5}` }),
    );
    const bytes = parquetOf(columns, events.map(rowOf));
    expect(rowsIn(read(bytes))).toEqual(await rowsOf(bytes));
  });

  test("reads any rows back", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.boolean(), (some, repeat) => {
        const rows = repeat
          ? some.flatMap((each) => [each, each, each, each, each, each, each, each, each])
          : some;
        const names = rows.map((values) =>
          Object.fromEntries(schema.map(({ name }, i) => [name, values[i]])),
        );
        expect(rowsIn(read(parquetOf(schema, rows)))).toEqual(names);
      }),
      { numRuns: 60 },
    );
  });

  test("reads several pages and several groups", () => {
    const values = Array.from({ length: 5_000 }, (_, index) => (index % 7 ? `value ${index}` : null));
    const column = { name: "a", type: "STRING" as const, data: values, nullable: true };
    const bytes = parquetWriteBuffer({ columnData: [column], rowGroupSize: 900, pageSize: 1_000 });
    expect(read(new Uint8Array(bytes)).columns[0]?.values).toEqual(values);
  });

  test.each([
    [
      "another codec",
      {
        columnData: [
          { name: "a", type: "STRING" as const, data: ["x"], nullable: true, codec: "GZIP" as const },
        ],
        compressors: { GZIP: (bytes: Uint8Array) => bytes },
      },
    ],
    [
      "a required column",
      { columnData: [{ name: "a", type: "STRING" as const, data: ["x"], nullable: false }] },
    ],
    [
      "a type that the record has not",
      { columnData: [{ name: "a", type: "DOUBLE" as const, data: [1.5], nullable: true }] },
    ],
    [
      "another encoding",
      {
        columnData: [
          {
            name: "a",
            type: "INT64" as const,
            data: [1n, 2n],
            nullable: true,
            encoding: "DELTA_BINARY_PACKED" as const,
          },
        ],
      },
    ],
  ])("says that it does not know %s", (_, options) => {
    const file = readParquet(new Uint8Array(parquetWriteBuffer(options)), LIMITS);
    expect(file).toMatchObject({ ok: false, trouble: "unsupported" });
  });
});

describe("what claims to be larger than it is", () => {
  const many = parquetOf(
    [{ name: "a", type: "string" }],
    Array.from({ length: 2_000 }, () => ["x".repeat(1_000)]),
  );

  test("more rows than allowed are not made", () => {
    expect(readParquet(many, { ...LIMITS, rows: 1_999 })).toMatchObject({ ok: false, trouble: "too_large" });
  });

  test("a page that unpacks to more than allowed is not unpacked", () => {
    const rows = Array.from({ length: 200 }, (_, index) => [`${index}${"x".repeat(50_000)}`]);
    const bomb = parquetOf([{ name: "a", type: "string" }], rows);
    expect(bomb.length).toBeLessThan(1_000_000);
    expect(readParquet(bomb, { ...LIMITS, unpackedBytes: 5_000_000 })).toMatchObject({
      ok: false,
      trouble: "too_large",
    });
  });
});
