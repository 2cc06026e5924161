import { describe, expect, it } from "vitest";
import { maskedText } from "./fixtures.ts";

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
