import { describe, expect, test } from "vitest";
import { asCsv, asJson, asTable } from "../../client/audit/format.ts";

const answer = (names: string[], ...rows: (string | undefined)[][]) => ({
  columns: names.map((name) => ({
    name,
    type: name === "n" ? "bigint" : name === "yes" ? "boolean" : "varchar",
  })),
  rows,
});

describe("I-53 a table for the terminal", () => {
  test("has nothing that a terminal acts on, and one line a row", () => {
    const text = asTable(
      answer(["a", "b"], ["\u001b[31mred\u001b[0m\u202Eevil\u200B", "two\nlines\ttab"], ["x", undefined]),
      200,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those must not be there
    expect(text.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/);
    expect(text.split("\n")).toHaveLength(6);
    expect(text).toContain("2 rows");
  });

  test.each([40, 60, 100])("fits %i columns", (room) => {
    const text = asTable(answer(["first", "second", "third"], ["a".repeat(90), "b", "c".repeat(300)]), room);
    for (const line of text.split("\n")) expect([...line].length).toBeLessThanOrEqual(room);
    expect(text).toContain("…");
  });

  test("puts columns below each other where they cannot stand beside", () => {
    const names = Array.from({ length: 20 }, (_, index) => `column_${index}`);
    const text = asTable(
      answer(
        names,
        names.map((name) => `value of ${name}`),
      ),
      60,
    );
    expect(text).toContain("column_19  value of column_19\n");
  });

  test.each([50, 70, 90])(
    "cuts no id and no time: sentences, or one below the other (%i columns)",
    (room) => {
      const [id, time] = ["l25ojae6k2mxdo33", "2026-11-21T14:43:21.355Z"];
      const text = asTable(
        answer(
          ["grant_id", "purpose", "rules", "asked_at"],
          [id, "so long a story ".repeat(9), "x".repeat(30), time],
        ),
        room,
      );
      expect(text).toContain(id);
      expect(text).toContain(time);
    },
  );

  test("says that there are no rows", () => {
    expect(asTable(answer(["a", "b"]), 80)).toBe("a  b\n0 rows\n");
  });
});

describe("I-53 CSV", () => {
  test("is RFC 4180: quotes doubled, lines ended by CRLF", () => {
    expect(asCsv(answer(["a", "b"], ['say "hi"', "x,y"], ["two\nlines", undefined]))).toBe(
      'a,b\r\n"say ""hi""","x,y"\r\n"two\nlines",\r\n',
    );
  });

  test.each(["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1"])(
    "gives a spreadsheet nothing to run: %j",
    (cell) => {
      const [, line = ""] = asCsv(answer(["a"], [cell])).split(/\r\n/, 2);
      expect(line.replace(/^"/, "").startsWith("'")).toBe(true);
    },
  );

  test("leaves numbers as they are", () => {
    expect(asCsv(answer(["n"], ["-5"], ["12"]))).toBe("n\r\n-5\r\n12\r\n");
  });
});

describe("I-53 JSON", () => {
  test("has numbers, booleans and null by the column's type", () => {
    expect(
      JSON.parse(asJson(answer(["n", "yes", "t"], ["12", "True", "12"], [undefined, "false", undefined]))),
    ).toEqual([
      { n: 12, yes: true, t: "12" },
      { n: null, yes: false, t: null },
    ]);
  });

  test("keeps every character, and writes out those that are not seen", () => {
    const hostile = "\u001b[2J\u202Eevil\u200B\u2028\u0085 \u007f";
    const text = asJson(answer(["t"], [hostile]));
    expect(JSON.parse(text)).toEqual([{ t: hostile }]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028\u202e]/);
  });
});
