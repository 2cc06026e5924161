import { describe, expect, it } from "vitest";
import type { FieldClass } from "../../../functions/core/masking/classes.ts";
import { tokensFor } from "../../../functions/core/masking/tokens.ts";
import { GRANT, maskedText, SECRET } from "./fixtures.ts";

const tokens = tokensFor(SECRET, GRANT);

/** A text, with what is found in it between braces, and what that is. */
const found: [string, ...[FieldClass, string][]][] = [
  ["write to {}, please", ["email", "anna.schmidt+work@mail.example.org"]],
  ['from "Anna S" <{}>', ["email", "anna@example.org"]],
  ["root is {}.", ["email", "root@localhost"]],
  ["{} / {}", ["email", "a@example.org"], ["email", "b@example.org"]],
  ["почта {}", ["email", "анна@пример.рф"]],
  ["Karte {}, gültig bis 03/27", ["card", "4111 1111 1111 1111"]],
  ["3 x {} and 12 more", ["card", "371449635398431"]],
  ["Konto {} bei der Bank", ["iban", "DE89 3704 0044 0532 0130 00"]],
  ["IBAN{}", ["iban", "GB82WEST12345698765432"]],
  ["host {} answered", ["ip", "192.168.1.10"]],
  ["from {} port 22", ["ip", "2001:db8:85a3::8a2e:370:7334"]],
  ["SSN {}", ["national-id", "536-22-1234"]],
  ["ssn: {}", ["national-id", "536221234"]],
  ["CPF {}", ["national-id", "123.456.789-09"]],
  ["DNI {}", ["national-id", "12345678Z"]],
  ["cf {}", ["national-id", "RSSMRA85T10A562S"]],
  ["NI number {}", ["national-id", "AB 12 34 56 C"]],
  ["AHV {}", ["national-id", "756.9217.0769.85"]],
  ["hetu {}", ["national-id", "131052-308T"]],
  ["call {} today", ["phone", "(415) 555-2671"]],
  ["Tel. {}", ["phone", "030 12345678"]],
  ["mob {}", ["phone", "+44 7700 900123"]],
  ["phone: {}", ["phone", "55512345"]],
];

describe("a free text", () => {
  it.each(found)("I-61 has the token that a field would have for what it holds: %s", (text, ...values) => {
    const fill = (with_: (each: [FieldClass, string]) => string) =>
      values.reduce((all, each) => all.replace("{}", () => with_(each)), text);
    expect(maskedText(fill(([, value]) => value))).toBe(fill(([name, value]) => tokens.text(name, value)));
  });

  it.each([
    "Claim of 1 May 2026 for 1,234.50 EUR, case S-10293.",
    "2026-03-01 12:30:45, room 101, 19 % VAT",
    "Schaden vom 11.03.2026 über 12.345,67 EUR",
    "look at example.com, 2 @ 3.50 each",
    "std::vector at 12:30:45, v1.2.3 of 01/02/2026",
    "commit 3f2c9a7b41, build 20260301.4, 0x8badf00d",
    "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    "Versicherungsbestätigungsschreiben, see RFC 8785 and ISO 13616-2",
    "He is at home dot. We are at the office.",
    "水、お客様は12時30分に来ました。",
    "",
  ])("is left alone where it has nothing: %s", (text) => {
    expect(maskedText(text)).toBe(text);
  });
});

describe("a text too long to search", () => {
  it("I-60 is redacted whole", () => {
    expect(maskedText("x".repeat(200_000))).toHaveLength(200_000);
    expect(maskedText("x".repeat(200_001))).toBe("[redacted]");
  });
});

describe("what the row itself says", () => {
  const name = {
    rule: { path: "name", class: "name", method: "token" } as const,
    value: "Jürgen Müller-Lüdenscheid",
  };

  it.each([
    ["Herr MÜLLER-LÜDENSCHEID rief an", "Herr {} rief an"],
    ["Ju\u0308rgen rief an; jürgen müller-lüdenscheid war ruhig", "{} rief an; {} war ruhig"],
    ["notiert: SsO8cmdlbiBNw7xsbGVy", "notiert: {}"],
    ["J\\u00fcrgen", "{}"],
    ["Jürgensen und Bujürgen", "Jürgensen und Bujürgen"],
  ])("I-60 is found in its own free text, a name by its parts: %s", (text, shown) => {
    expect(maskedText(text, [name])).toBe(shown.replaceAll("{}", tokens.text("name", name.value)));
  });

  it("I-60 is found whatever stands between the parts of an identifier", () => {
    const id = { rule: { path: "id", class: "id", method: "token" } as const, value: "C-10293-AX" };
    expect(maskedText("see c 10293 / ax, C10293AX", [id])).toBe(
      `see ${tokens.text("id", "c10293ax")}, ${tokens.text("id", "c10293ax")}`,
    );
  });

  it("is not shown by its token where its field is redacted", () => {
    const secret = {
      rule: { path: "name", class: "name", method: "redact" } as const,
      value: "Anna Schmidt",
    };
    expect(maskedText("Frau Schmidt rief an", [secret])).toBe("Frau [redacted] rief an");
  });
});
