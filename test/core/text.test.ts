import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freeText, plainText } from "../../functions/core/text.ts";
import { anyCharacter } from "../fakes/any-character.ts";

const cases: [string, string, string][] = [
  ["bidi overrides", "pay \u202etxt.exe\u202c now", "pay txt.exe now"],
  ["bidi isolates", "\u2066a\u2069b\u2067c", "abc"],
  ["marks of direction", "a\u200eb\u200fc\u061cd", "abcd"],
  ["zero-width characters", "ap\u200bpro\u200cve\u200dd\u2060\ufeff", "approved"],
  ["soft hyphens", "ap\u00adproved", "approved"],
  ["tags that hide a text", "yes\u{e0001}\u{e006e}\u{e006f}", "yes"],
  ["variation selectors", "a\ufe0fb\u{e0100}c", "abc"],
  ["fillers that show as nothing", "a\u3164b\u115fc\u1160d\uffa0e\u034ff", "abcdef"],
  ["control characters", "a\u0000b\u001b[31mc\u007fd", "ab[31mcd"],
  ["private use", "a\ue000b\u{f0000}c", "abc"],
  ["lone surrogates", "a\ud800b\udc00c", "abc"],
  ["lines", "a\nb\r\nc\u2028d\u2029e\u0085f\u000bg", "a b c d e f g"],
  ["white space of any kind", " a\t\tb\u00a0\u3000c ", "a b c"],
  ["white space that something invisible parts", "a \u200b b", "a b"],
  ["decomposed letters", "Cafe\u0301", "Caf\u00e9"],
  ["letters that something invisible parts from their accent", "Cafe\u200b\u0301", "Caf\u00e9"],
  [
    "nothing of ordinary text",
    "Schäden für «Müller & Söhne» – 水, مرحبا",
    "Schäden für «Müller & Söhne» – 水, مرحبا",
  ],
];

describe("text that an agent wrote", () => {
  it.each(cases)("is cleaned of %s", (_, given, clean) => {
    expect(plainText(given)).toBe(clean);
  });

  it("is clean once cleaned: doing it again changes nothing", () => {
    const unit = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 3 }),
      fc.constantFrom("e", "\u0301", "\u200b", " ", "\n", "\u202e", "\u1100", "\u1161", "\u2000", "\ud800"),
    );
    fc.assert(
      fc.property(fc.array(unit), (parts) => {
        const clean = plainText(parts.join(""));
        expect(plainText(clean)).toBe(clean);
        expect(clean.normalize("NFC")).toBe(clean);
        expect(clean).not.toMatch(
          /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]|\s\s|^\s|\s$/u,
        );
      }),
      { numRuns: 100 },
    );
  });
});

describe("a free text field", () => {
  const field = freeText(10);

  it("counts after cleaning", () => {
    expect(field.parse("  0123456789  ")).toBe("0123456789");
    expect(field.parse(`0123456789${"\u200b".repeat(20)}`)).toBe("0123456789");
    expect(field.safeParse("0123456789a").error?.issues[0]?.message).toBe("must be at most 10 characters");
  });

  it("looks at no text that is far too long", () => {
    expect(field.safeParse("\u200b".repeat(41)).success).toBe(false);
    expect(field.safeParse("x".repeat(1_000_000)).success).toBe(false);
  });

  it.each(["", "   ", "\u200b\u202e", "\u3164", "\n\n"])("must say something: %j does not", (text) => {
    expect(field.safeParse(text).error?.issues[0]?.message).toBe("must not be empty");
  });

  it.each([undefined, null, 1, {}, ["a"]])("is a string, not %j", (value) => {
    expect(field.safeParse(value).success).toBe(false);
  });
});
