import { stdnum } from "stdnum";
import { describe, expect, it } from "vitest";
import type { BucketRule } from "../../../functions/core/masking/rules.ts";
import { isCard } from "../../../functions/core/masking/text/cards.ts";
import { isIban } from "../../../functions/core/masking/text/ibans.ts";
import { masked, maskerOf, type RuleInput } from "./fixtures.ts";

const one = (rule: Record<string, unknown>, value: unknown): unknown =>
  masked([{ path: "x", ...rule } as RuleInput], { x: value }).x;

describe("a bucket", () => {
  const cases: [string, Omit<BucketRule, "path" | "method">, unknown, unknown][] = [
    ["a day to its month", { to: "month" }, "1987-03-22", "1987-03-01"],
    ["a day to its year", { to: "year" }, "1987-03-22", "1987-01-01"],
    [
      "a moment, keeping how it is written",
      { to: "month" },
      "1987-03-22T14:05:09.123Z",
      "1987-03-01T00:00:00Z",
    ],
    ["a moment in the notation of SQL", { to: "month" }, "1987-03-22 14:05", "1987-03-01 00:00"],
    ["a German day", { to: "month" }, "22.3.1987", "01.03.1987"],
    ["seconds since 1970", { to: "month" }, 543_412_800, 541_555_200],
    ["milliseconds since 1970", { to: "year" }, 543_412_800_000, 536_457_600_000],
    ["no day at all: redacted", { to: "month" }, "1987-02-30", "[redacted]"],
    ["a name in a date field: redacted", { to: "month" }, "Anna", "[redacted]"],
    ["a number to its range", { step: 100 }, 1234.5, 1200],
    ["a negative number", { step: 100 }, -1, -100],
    ["a number of cents", { step: 0.1 }, 0.37, 0.3],
    ["an extreme number to the last range", { step: 1000, max: 5000 }, 99_000_000, 5000],
    ["a number in a text, as in CSV", { step: 10 }, "42", "40"],
    ["a name in a number field: redacted", { step: 10 }, "Anna 42", "[redacted]"],
    ["a British postcode to its area", { to: "area" }, "SW1A 1AA", "SW"],
    ["a postcode of digits to its area", { to: "area" }, "10115", "10"],
    ["a postcode that is a number", { to: "area" }, 94103, 94000],
    ["a card in a postcode field, as a number: redacted", { to: "area" }, 4111111111111111, 0],
    ["a postcode of six digits that is a number", { to: "area" }, 110001, 110000],
    ["a name in a postcode field: redacted", { to: "area" }, "Anna", "[redacted]"],
  ];
  it.each(cases)("I-66 takes %s", (_, rule, value, shown) => {
    expect(one({ method: "bucket", ...rule }, value)).toEqual(shown);
  });
});

describe("a value of the same shape", () => {
  const shaped: [string, string, RegExp][] = [
    ["card", "4111 1111 1111 1111", /^\d{4} \d{4} \d{4} \d{4}$/],
    ["iban", "DE89 3704 0044 0532 0130 00", /^[A-Z]{2}\d\d( \d{4}){4} \d\d$/],
    ["national-id", "123.456.789-09", /^\d{3}\.\d{3}\.\d{3}-\d{2}$/],
    ["national-id", "RSSMRA85T10A562S", /^[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]$/],
    ["phone", "+49 171 1234567", /^\+999 [\d ]{8,11}$/],
    ["phone", "030 12345678", /^\d{3} \d{8}$/],
    ["id", "C-10293/x", /^[A-Z]-\d{5}\/[a-z]$/],
    ["postcode", "SW1A 1AA", /^[A-Z]{2}\d[A-Z] \d[A-Z]{2}$/],
    ["email", "anna@corp.example", /^[a-z2-7]{12}@example\.com$/],
    ["name", "Anna Schmidt", /^[A-Z][a-z]+ [A-Z][a-z]+$/],
    ["ip", "10.1.2.3", /^198\.1[89]\.\d{1,3}\.\d{1,3}$/],
    ["ip", "fe80::1", /^2001:db8:[0-9a-f]{4}::[0-9a-f]{4}$/],
  ];
  it.each(shaped)("I-66 keeps the shape of a %s: %s", (name, value, shape) => {
    const shown = one({ class: name, method: "format" }, value);
    expect(shown).toMatch(shape);
    expect(shown).not.toBe(value);
    expect(one({ class: name, method: "format" }, value)).toBe(shown);
  });

  it("is never a card, an account or an id that could be somebody's, nor the value itself", () => {
    for (let number = 0; number < 60; number += 1) {
      const card = String(4_000_000_000_000_000 + number * 7_919_191);
      expect(isCard(String(one({ class: "card", method: "format" }, card)))).toBe(false);
      const id = String(10_000_000_000 + number * 104_729);
      const shown = String(one({ class: "national-id", method: "format" }, id));
      expect([
        shown === id,
        stdnum.BR?.cpf?.validate(shown).isValid,
        stdnum.PL?.pesel?.validate(shown).isValid,
      ]).toEqual([false, false, false]);
      expect(one({ class: "id", method: "format" }, String(number % 10))).not.toBe(String(number % 10));
    }
    expect(isIban(String(one({ class: "iban", method: "format" }, "DE89370400440532013000")))).toBe(false);
  });

  it.each([
    ["marks of a script that has them", "\u0939\u093f\u0928\u094d\u0926\u0940", /[\u0900-\u097f]/],
    ["letters in Braille", "\u2801\u281d\u281d\u2801", /[\u2800-\u28ff]/],
    ["flags", "\u{1f1e9}\u{1f1ea}", /\p{RI}/u],
    ["numbers that are no digits", "\u{1d369}\u3007", /[\u{1d369}\u3007]/u],
  ])("I-60 has nothing of %s", (_, value, ofIt) => {
    expect(one({ class: "id", method: "format" }, value)).not.toMatch(ofIt);
  });

  it("is a token instead of what is far longer than anything of such a shape", () => {
    expect(one({ class: "id", method: "format" }, "a1".repeat(4_000))).toMatch(/^id_[a-z2-7]{26}$/);
  });

  it("I-66 of a number is a number of as many digits", () => {
    const shown = one({ class: "id", method: "format" }, 10293);
    expect(String(shown)).toMatch(/^\d{5}$/);
    expect(typeof shown).toBe("number");
    expect(typeof one({ class: "id", method: "format" }, 1.5e300)).toBe("number");
  });
});

describe("a field with few values", () => {
  it("I-63 is drawn anew in every row, so that rows with one value look no more alike than others", () => {
    const masker = maskerOf([
      { path: "hiv", class: "category", method: "random", values: ["yes", "no"] },
      { path: "t", method: "random" },
    ]);
    const rows = Array.from({ length: 400 }, () => masker.row({ hiv: "yes", t: "yes" })).map((each) =>
      each.ok ? each.row : {},
    );
    const yes = rows.filter(({ hiv }) => hiv === "yes").length;
    expect(yes).toBeGreaterThan(140);
    expect(yes).toBeLessThan(260);
    expect(new Set(rows.map(({ t }) => t)).size).toBe(400);
    expect(rows.every(({ t }) => /^cat_[a-z2-7]{26}$/.test(String(t)))).toBe(true);
  });

  it("I-66 keeps its type", () => {
    expect(typeof one({ method: "random" }, 3)).toBe("number");
    expect(typeof one({ method: "random" }, true)).toBe("boolean");
    expect([1, 2]).toContain(one({ method: "random", values: ["a", 1, 2] }, 3));
  });

  it("I-63 is drawn too where a yes or no is to be a token, which would be one of two", () => {
    const masker = maskerOf([{ path: "x", class: "id", method: "token" }]);
    const shown = Array.from({ length: 64 }, () => masker.row({ x: true })).map(
      (each) => each.ok && each.row.x,
    );
    expect(new Set(shown)).toEqual(new Set([true, false]));
  });
});

describe("what is redacted", () => {
  it.each([
    ["Anna", "[redacted]"],
    [7, 0],
    [true, false],
    [null, null],
  ])("I-66 keeps its type: %j", (value, shown) => {
    expect(one({ method: "redact" }, value)).toBe(shown);
    expect(one({ method: "redact", class: "free-text" }, value)).toBe(shown);
  });
});
