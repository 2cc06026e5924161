import { UNSAFE } from "../unsafe.ts";

// What spreadsheets take for a formula, also behind white space, and in the full width that some of them fold.
// https://owasp.org/www-community/attacks/CSV_Injection
export const FORMULA =
  /^[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u;
const NOT_IN_A_LINE = new RegExp(`${UNSAFE.source}|[\\u2028\\u2029]`, "gu");

/** A character as it is written where it would not show. */
export const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/**
 * Text that somebody wrote, as a flat column has it: one line without control, bidi and invisible characters (each is
 * written out, as `\u{202e}`), and with a leading apostrophe where a spreadsheet would calculate it. Athena writes its
 * results as CSV by itself, so this is the one place for it. The exact text is in the body, which is JSON.
 */
export const flatText = (text: string): string =>
  `${FORMULA.test(text) ? "'" : ""}${text.replace(NOT_IN_A_LINE, escaped)}`;

/** True of text that reads as if `flatText` had put an apostrophe before it: its own, or one of ours. */
const looksQuoted = (text: string): boolean => text.startsWith("'") && FORMULA.test(text.replace(/^'+/, ""));

/** `flatText` of which `unquoted` gives back every leading apostrophe that was there: a key may begin with one. */
export const quotedText = (text: string): string => `${looksQuoted(text) ? "'" : ""}${flatText(text)}`;

/** Text without the apostrophe that `quotedText` put before it. Before there was that, such text of its own had none put. */
export const unquoted = (text: string): string => (looksQuoted(text) ? text.slice(1) : text);
