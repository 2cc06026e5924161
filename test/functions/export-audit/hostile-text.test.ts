import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columns, factColumns } from "../../../functions/core/audit/columns.ts";
import type { Facts } from "../../../functions/core/audit/event.ts";
import { flatText } from "../../../functions/core/audit/flat-text.ts";
import { literal } from "../../../functions/core/audit/queries/literal.ts";
import { exportBatch } from "../../../functions/export-audit/export.ts";
import { anyCharacter } from "../../fakes/any-character.ts";
import { fakeStore, loose, recordFor } from "./fixtures.ts";
import { exportedRows, type Row } from "./read.ts";

const hostile = [
  `"quoted", 'single', \`tick\``,
  "line\nbreak\r\nand\ttab",
  "=cmd|' /C calc'!A0",
  "  \t=1+1",
  "\u200b\u202e@SUM(A1)",
  "\uff1dHYPERLINK(A1)",
  "-1+1",
  "'; DROP TABLE events; --",
  '{"v":1,"id":"injected"}',
  "\u202Eright to left\u202C \u200B zero width \uFEFF",
  "naïve — 漢字 🗝️ \u{10FFFF}",
  "nul \u0000 and bell \u0007 and escape \u001b[31m",
  "line \u2028 and paragraph \u2029 separators, next \u0085 line",
  "%{jndi:ldap://x} {{grant}} $& <script>alert(1)</script>",
  "",
  "x".repeat(20_000),
];

/** Facts that hold words of agents or people. */
const wordy = Object.entries(factColumns).flatMap(([fact, { name, ...rest }]) =>
  "words" in rest ? [{ fact: fact as keyof Facts, name }] : [],
);

async function rowsWith(texts: readonly string[]): Promise<Row[]> {
  const { deps, objects } = fakeStore();
  const events = texts.map((text, index) =>
    loose(
      `hostile-${String(index).padStart(8, "0")}`,
      Object.fromEntries(wordy.map(({ fact }) => [fact, text])),
      { actor: { type: "agent", id: "eval-runner", sessionName: text.slice(0, 64) } },
    ),
  );
  await exportBatch(deps, events.map(recordFor));
  const rows = await exportedRows(objects);
  expect(rows.map((row) => row.body)).toEqual(events.map(({ body }) => body));
  return rows;
}

/** What a spreadsheet would calculate: by its first character that shows. */
const isFormula = (text: string): boolean =>
  /^[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]/.test(
    text.replace(/^[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]+/u, ""),
  );
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/** A line of CSV as RFC 4180 has it, and its fields as a strict reader takes them. */
const csvLine = (values: readonly string[]): string =>
  values.map((value) => `"${value.replaceAll('"', '""')}"`).join(",");
const csvFields = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)"((?:[^"]|"")*)"/g)].map(([, field]) => (field ?? "").replaceAll('""', '"'));

function check(text: string, row: Row): void {
  const values = [...wordy.map(({ name }) => String(row[name])), String(row.actor_session_name)];
  for (const value of values) {
    expect(isFormula(value)).toBe(false);
    expect(value).not.toMatch(UNSEEN);
  }
  for (const { fact, name } of wordy) {
    expect(row[name]).toBe(flatText(text));
    // The exact text is in the body.
    expect((JSON.parse(String(row.body)) as { facts: Facts }).facts[fact]).toBe(text);
  }
  const line = csvLine(values);
  expect(line).not.toMatch(/[\r\n]/);
  expect(csvFields(line)).toEqual(values);
  for (const value of values) expectSafeInSql(value);
}

/** A value as a query's parameter: refused, or one literal with nothing after it. */
function expectSafeInSql(value: string): void {
  let text: string;
  try {
    text = literal("string", value);
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return;
  }
  const [, inside = ""] = /^'(.*)'$/su.exec(text) ?? [];
  expect(inside.replaceAll("''", "")).not.toContain("'");
  expect(inside.replaceAll("''", "'")).toBe(value);
}

describe("I-53 hostile text", () => {
  test.each(hostile)(
    "is exactly one row, safe in JSON, CSV and SQL, and exact in the body: %j (A-34)",
    async (text) => {
      const [row, ...more] = await rowsWith([text]);
      expect(more).toEqual([]);
      check(text, row as Row);
    },
  );

  test("whatever it is, gives one such row each", async () => {
    const text = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 200 }),
      fc.string({
        unit: fc.constantFrom(
          "=",
          "@",
          "+",
          "-",
          "\t",
          "\r",
          "\n",
          " ",
          '"',
          "'",
          ",",
          ";",
          "\u202e",
          "\uff1d",
          "a",
        ),
        maxLength: 12,
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 10, maxLength: 30 }), async (texts) => {
        const rows = await rowsWith(texts);
        expect(rows).toHaveLength(texts.length);
        for (const [index, each] of texts.entries()) check(each, rows[index] as Row);
      }),
      { numRuns: 8 },
    );
  });

  test("leaves harmless text as it is", () => {
    for (const text of ["answer a customer", "naïve 漢字 🗝", "a=b", "5 - 3", "it's 'fine'", "x@y.example"])
      expect(flatText(text)).toBe(text);
  });

  test("has its one place: every column of free text is flat, and nobody else writes such a column", () => {
    expect(wordy.map(({ name }) => name).sort()).toEqual(
      ["model", "on_behalf_of", "purpose", "reason", "task", "ticket"].sort(),
    );
    expect(columns.map(({ name }) => name)).toEqual(expect.arrayContaining(wordy.map(({ name }) => name)));
  });
});
