import { describe, expect, it } from "vitest";
import { masked, maskedText, type RuleInput } from "./fixtures.ts";

const SIZE = 48_000;
const made: [string, (size: number) => string][] = [
  ["digits apart", (size) => "1 ".repeat(size / 2)],
  ["digits together", (size) => "1".repeat(size)],
  ["at signs", (size) => "@".repeat(size)],
  ["dots and letters", (size) => `@${"a.".repeat(size / 2)}`],
  ["a local part without end", (size) => `${"a".repeat(size)}@`],
  ["quotes and at signs", (size) => '"@'.repeat(size / 2)],
  ["colons", (size) => "a:".repeat(size / 2)],
  ["beginnings of accounts", (size) => "DE89".repeat(size / 4)],
  ["percent signs", (size) => "%2".repeat(size / 2)],
  ["ampersands", (size) => "&#".repeat(size / 2)],
  ["escapes of escapes", (size) => "%25".repeat(size / 3)],
  ["hex", (size) => "61".repeat(size / 2)],
  ["base64", (size) => "YWFh".repeat(size / 4)],
  ["words", (size) => "at dot ".repeat(size / 7)],
  ["brackets", (size) => "a(at)".repeat(size / 5)],
  ["marks on one letter", (size) => `e${"\u0301".repeat(size)}`],
  ["words before numbers", (size) => "tel tel 12 ".repeat(size / 11)],
];

describe("texts made to keep a detector busy", () => {
  /** In ms of the processor, which a busy machine does not lengthen. */
  const took = (text: string): number => {
    const from = process.cpuUsage();
    maskedText(text);
    return process.cpuUsage(from).user / 1000;
  };

  it.each(made)("take time that grows as they do: %s", (_, make) => {
    took(make(SIZE / 4));
    const small = Math.max(took(make(SIZE / 4)), 20);
    // Four times the text: not sixteen times the work, with room for what is compiled and collected meanwhile.
    expect(took(make(SIZE))).toBeLessThan(small * 12);
  });
});

const note: RuleInput = { path: "note", class: "free-text", method: "token" };
const many = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
/** What each would take minutes of, by rows of less than a megabyte. */
const rows: [string, RuleInput[], Record<string, unknown>][] = [
  [
    "values that stand everywhere in a text, and within each other",
    [note, { path: "ids[]", class: "id", method: "token" }],
    { note: "a".repeat(190_000), ids: many(900).map((more) => "a".repeat(5 + more)) },
  ],
  [
    "many values beside many short texts",
    [
      { ...note, path: "notes[]" },
      { path: "ids[]", class: "id", method: "token" },
    ],
    { notes: many(60_000).map(() => "x"), ids: many(10_000).map((id) => `id-${id}-x`) },
  ],
  ["keys that all come to one", [{ path: "map{key}", method: "redact" }], { map: { ...many(60_000) } }],
  ["a format without end", [{ path: "id", class: "id", method: "format" }], { id: "a".repeat(900_000) }],
];

describe("rows made to keep the function busy", () => {
  it.each(rows)("are masked, or redacted, in seconds: %s", (_, rules, row) => {
    const from = process.cpuUsage();
    masked(rules, row);
    expect(process.cpuUsage(from).user / 1_000_000).toBeLessThan(60);
  });

  it("I-65 a text that would take too long is redacted whole, and so is what comes after it in the row", () => {
    const rules: RuleInput[] = [{ ...note, path: "notes[]" }];
    const { notes } = masked(rules, {
      notes: [...many(9).map(() => "1 ".repeat(48_000)), "to anna@example.org"],
    }) as { notes: string[] };
    expect(notes[0]).toMatch(/^phone_[a-z2-7]{26}/);
    expect(notes.slice(-3)).toEqual(["[redacted]", "[redacted]", "[redacted]"]);
    // The next row begins anew.
    expect(masked([note], { note: "to anna@example.org" }).note).toMatch(/^to email_[a-z2-7]{26}$/);
  });
});
