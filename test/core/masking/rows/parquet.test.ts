import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { type PartialFile, readParquetRows } from "../../../../functions/core/masking/rows/parquet.ts";
import { allOf } from "./chunks.ts";

const bytes = parquetWriteBuffer({
  columnData: [
    { name: "name", data: ["Anna", "Bo", "Cy", "Di", "Ed"], type: "STRING" },
    { name: "born", data: [0, 1, 2, 3, 4].map((day) => new Date(day * 86_400_000)), type: "TIMESTAMP" },
    { name: "id", data: [1n, 2n, 3n, 4n, 5n], type: "INT64" },
  ],
  rowGroupSize: 2,
});

function file(content: ArrayBuffer): PartialFile & { read: [number, number][] } {
  const read: [number, number][] = [];
  return {
    read,
    byteLength: content.byteLength,
    slice: async (start, end = content.byteLength) => {
      read.push([start, end]);
      return content.slice(start, end);
    },
  };
}

describe("a Parquet file", () => {
  it("I-64 is read row by row over its row groups, from any row on", async () => {
    const all = await allOf(readParquetRows(file(bytes)));
    expect(all.map((each) => each.ok && [each.row.name, each.row.id, each.next])).toEqual([
      ...[
        ["Anna", 1n, 1],
        ["Bo", 2n, 2],
        ["Cy", 3n, 3],
        ["Di", 4n, 4],
        ["Ed", 5n, 5],
      ],
    ]);
    for (let from = 0; from <= 5; from += 1)
      expect(await allOf(readParquetRows(file(bytes), { fromRow: from }))).toEqual(all.slice(from));
  });

  it("is read only in the columns that are wanted", async () => {
    const [first] = await allOf(readParquetRows(file(bytes), { columns: ["id"] }));
    expect(first).toEqual({ ok: true, row: { id: 1n }, next: 1 });
  });

  it("is refused by a code where a row group is too large to hold", async () => {
    expect(await allOf(readParquetRows(file(bytes), { largestGroup: 10 }))).toEqual([
      { ok: false, code: "row_too_large" },
    ]);
  });

  it.each([
    ["something else", Uint8Array.from(Buffer.from("name,note\nAnna,Schmidt\n")).buffer],
    ["nothing", new ArrayBuffer(0)],
    [
      "damaged",
      Uint8Array.from(new Uint8Array(bytes), (byte, index) => (index > 4 && index < 60 ? 255 : byte)).buffer,
    ],
  ])("is refused by a code, with nothing of it, where it is %s", async (_, content) => {
    expect((await allOf(readParquetRows(file(content)))).at(-1)).toEqual({
      ok: false,
      code: "format_mismatch",
    });
  });

  it("is not to blame when reading it fails", async () => {
    const away = { byteLength: 1000, slice: async () => Promise.reject(new Error("S3 is away")) };
    await expect(allOf(readParquetRows(away))).rejects.toThrow("S3 is away");
  });
});
