import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsv, readCsvHeader } from "../../../../functions/core/masking/rows/csv.ts";
import { readJsonLines } from "../../../../functions/core/masking/rows/jsonl.ts";
import type { ReadRow } from "../../../../functions/core/masking/rows/read-row.ts";
import { maskerOf } from "../fixtures.ts";
import { allOf, bytesOf, cut, failing } from "./chunks.ts";

const csv = (chunks: AsyncIterable<Uint8Array>) => readCsv(chunks, { known: ["name"] });
const CSV = bytesOf(
  '\ufeffname,note\r\nÄnna,"a ""q"" \r\nmail 水@example.org, 4111 1111 1111 1111"\r\n😀Bo,x\r\n\r\nLast,y',
);
const JSONL = bytesOf(
  '\ufeff{"name":"Änna","note":"mail 水@example.org"}\r\n\n{"name":"😀Bo","note":"4111 1111 1111 1111"}\n{"name":"Last"}',
);

const masker = maskerOf([
  { path: "name", class: "name", method: "token" },
  { path: "note", class: "free-text", method: "token" },
]);
const shown = (rows: readonly ReadRow[]) => rows.map((each) => (each.ok ? masker.row(each.row) : each));

describe("a file in chunks", () => {
  it.each([
    ["CSV", csv, CSV],
    ["JSON Lines", readJsonLines, JSONL],
  ] as const)(
    "I-64 gives the same masked rows however its bytes are cut, in letters, quotes and line ends: %s (A-42)",
    async (_, read, bytes) => {
      const whole = await allOf(read(cut(bytes, [])));
      expect(whole.map((each) => each.ok)).toEqual([true, true, true]);
      const masked = shown(whole);
      expect(JSON.stringify(masked)).not.toMatch(/Änna|example|4111|Bo|Last/);
      for (let at = 0; at <= bytes.length; at += 1)
        expect(await allOf(read(cut(bytes, [at])))).toEqual(whole);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (at) => {
          expect(shown(await allOf(read(cut(bytes, at))))).toEqual(masked);
        }),
        { numRuns: 10 },
      );
    },
  );

  it("can be read on from where any row ended", async () => {
    const [lines, records] = [await allOf(readJsonLines(cut(JSONL, []))), await allOf(csv(cut(CSV, [])))];
    const head = await readCsvHeader(cut(CSV, []), { known: ["name"] });
    if (!head.ok) throw new Error(head.code);
    for (const [index, read] of records.entries()) {
      const from = index === 0 ? head.next : (records[index - 1] as ReadRow & { ok: true }).next;
      const rest = readCsv(cut(CSV.subarray(from), [3]), {
        known: ["name"],
        resume: { from, header: head.header },
      });
      expect((await allOf(rest))[0]).toEqual(read);
    }
    for (const [index, read] of lines.entries()) {
      const from = index === 0 ? 0 : (lines[index - 1] as ReadRow & { ok: true }).next;
      expect((await allOf(readJsonLines(cut(JSONL.subarray(from), [5]), { from })))[0]).toEqual(read);
    }
  });
});

const mismatch = { ok: false, code: "format_mismatch" };
const tooLarge = { ok: false, code: "row_too_large" };

describe("a file that is not what the catalogue says", () => {
  it.each<[string, AsyncGenerator<ReadRow>, unknown]>([
    [
      "a CSV without a header: its first values are no names",
      csv(cut(bytesOf("Anna,x\nBo,y\n"), [])),
      mismatch,
    ],
    ["a CSV with a name twice", csv(cut(bytesOf("name,name\nAnna,x\n"), [])), mismatch],
    ["a CSV with nothing in it", csv(cut(bytesOf(""), [])), mismatch],
    ["JSON Lines that are called CSV", csv(cut(JSONL, [])), mismatch],
    ["CSV that is called JSON Lines", readJsonLines(cut(CSV, [])), mismatch],
    ["JSON Lines of lists", readJsonLines(cut(bytesOf('["Anna"]\n'), [])), mismatch],
    ["bytes that are not UTF-8, in CSV", csv(cut(Buffer.from("name\nÄnna\n", "latin1"), [])), mismatch],
    [
      "bytes that are not UTF-8, in JSON Lines",
      readJsonLines(cut(Buffer.from('{"name":"Ä"}\n', "latin1"), [])),
      mismatch,
    ],
    ["a letter that is cut off at the end", csv(cut(CSV.subarray(0, 15), [])), mismatch],
    ["a quote without an end", csv(cut(bytesOf(`name\n"${"Anna ".repeat(400_000)}`), [])), tooLarge],
    [
      "a line without an end",
      readJsonLines(cut(bytesOf(`{"name":"${"Anna ".repeat(400_000)}`), [])),
      tooLarge,
    ],
  ])("is refused by a code, with nothing of it: %s", async (_, rows, answer) => {
    expect(await allOf(rows)).toEqual([answer]);
  });

  it("is refused at the row that breaks it, after those before", async () => {
    const read = await allOf(csv(cut(bytesOf("name,note\nAnna,x\nBo,y,Schmidt\nCy,z\n"), [])));
    expect(read).toEqual([{ ok: true, row: { name: "Anna", note: "x" }, next: 17 }, mismatch]);
    for (let at = 0; at < 34; at += 1)
      expect(await allOf(csv(cut(bytesOf('name,note\nAnna,x\nBo,"y"Schmidt\nCy,z\n'), [at])))).toEqual(read);
    const lines = await allOf(readJsonLines(cut(bytesOf('{"a":1}\n{"a":Anna}\n{"a":2}\n'), [])));
    expect(lines).toEqual([{ ok: true, row: { a: 1 }, next: 8 }, mismatch]);
  });

  it.each([
    ["CSV", csv],
    ["JSON Lines", readJsonLines],
  ] as const)("is not to blame when reading it fails: %s", async (_, read) => {
    await expect(allOf(read(failing("")))).rejects.toThrow("S3 is away");
  });
});
