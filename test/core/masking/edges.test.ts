import { describe, expect, it } from "vitest";
import { bucketOf } from "../../../functions/core/masking/bucket.ts";
import { type Filter, holds } from "../../../functions/core/masking/filter.ts";
import { formatted } from "../../../functions/core/masking/format.ts";
import { type KnownValue, knownIn, knownValues } from "../../../functions/core/masking/known-values.ts";
import { isMark, plainLetter } from "../../../functions/core/masking/letters.ts";
import { isBlank, normalised } from "../../../functions/core/masking/normalise.ts";
import { REDACTED } from "../../../functions/core/masking/redacted.ts";
import { isCallable, isNational } from "../../../functions/core/masking/text/numbering.ts";
import { tokensFor } from "../../../functions/core/masking/tokens.ts";
import { treeOf } from "../../../functions/core/masking/tree.ts";
import { GRANT, type RuleInput, rulesOf, SECRET } from "./fixtures.ts";

const tokens = tokensFor(SECRET, GRANT);

describe("a filter, at its edges", () => {
  const over = (found: unknown, is: Filter["is"], type: Filter["type"], value: Filter["value"]) =>
    holds([{ names: ["x"], is, type, value }], { x: found });
  it.each<[Filter["is"], boolean[]]>([
    ["=", [false, true, false]],
    ["!=", [true, false, true]],
    ["<", [true, false, false]],
    ["<=", [true, true, false]],
    [">", [false, false, true]],
    [">=", [false, true, true]],
  ])("compares 1, 2 and 3 with 2 by %s", (is, answers) => {
    expect([1, 2, 3].map((found) => over(found, is, "number", 2))).toEqual(answers);
    expect(["1", " 2 ", "3"].map((found) => over(found, is, "number", 2))).toEqual(answers);
    expect([1n, 2n, 3n].map((found) => over(found, is, "number", 2))).toEqual(answers);
    expect(["a", "b", "c"].map((found) => over(found, is, "text", "b"))).toEqual(answers);
  });

  it.each(["", "  ", "two", true, null, undefined, {}, [2], "Infinity", Number.NaN])(
    "takes %o for no number",
    (found) => {
      for (const is of ["=", "!=", "<=", ">="] as const) expect(over(found, is, "number", 2)).toBe(false);
      expect(over(found, "!=", "number", 0)).toBe(false);
    },
  );

  it("takes texts for truths, and nothing else", () => {
    expect([true, "true", false, "false"].map((found) => over(found, "=", "boolean", true))).toEqual([
      ...[true, true, false, false],
    ]);
    expect([true, "true", false, "false"].map((found) => over(found, "=", "boolean", false))).toEqual([
      ...[false, false, true, true],
    ]);
    expect(["yes", 1, 0, "", "TRUE"].map((found) => over(found, "!=", "boolean", true))).toEqual(
      Array(5).fill(false),
    );
    expect([1, true, null].map((found) => over(found, "!=", "text", "x"))).toEqual([false, false, false]);
  });

  it("needs each of several, and none of none", () => {
    const both: Filter[] = [
      { names: ["a"], is: "=", type: "number", value: 1 },
      { names: ["b", "c"], is: "=", type: "number", value: 2 },
    ];
    expect(holds(both, { a: 1, b: { c: 2 } })).toBe(true);
    expect(holds(both, { a: 1, b: { c: 3 } })).toBe(false);
    expect(holds(both, { a: 0, b: { c: 2 } })).toBe(false);
    expect(holds(both, { a: 1, b: null })).toBe(false);
    expect(holds(both, { a: 1, b: "c" })).toBe(false);
    expect(holds([], {})).toBe(true);
    expect(holds([{ names: ["length"], is: "=", type: "number", value: 0 }], [] as never)).toBe(true);
    expect(holds([{ names: ["x", "length"], is: "=", type: "number", value: 2 }], { x: "ab" })).toBe(false);
    expect(holds([{ names: ["toString"], is: "!=", type: "text", value: "" }], {})).toBe(false);
  });
});

describe("a letter in disguise", () => {
  it.each([
    ["a", "a"],
    ["\u007f", "\u007f"],
    ["\u0080", "\u0080"],
    ["\u0660", "0"],
    ["\u0669", "9"],
    ["\u0665", "5"],
    ["\u06f0", "0"],
    ["\u06f9", "9"],
    ["\u{1d7ce}", "0"],
    ["\u{1d7ff}", "9"],
    ["\u09e6", "0"],
    ["\u00b2", "2"],
    ["\u00bd", "1/2"],
    ["а", "a"],
    ["\u200b", ""],
    ["\u00ad", ""],
    ["\u00a0", " "],
    ["\u2003", " "],
    ["\uff21", "A"],
    ["\ufb01", "fi"],
    ["\ud800", ""],
    ["ß", "ß"],
    ["\u2009", " "],
    ["水", "水"],
  ])("%j passes for %j", (letter, plain) => {
    expect(plainLetter(letter)).toBe(plain);
    expect(plainLetter(letter), "and again, from memory").toBe(plain);
  });

  it("is a mark from the combining ones on", () => {
    expect(["\u0301", "\u0300", "\u0308", "\u20dd", "\u093e"].map(isMark)).toEqual(Array(5).fill(true));
    expect(["a", "^", "\u02ff", "\u00b4", "水", ""].map(isMark)).toEqual(Array(6).fill(false));
  });

  it("is worked out for more letters than are remembered", () => {
    for (let code = 0x4e00; code < 0x4e00 + 5_000; code += 1)
      expect(plainLetter(String.fromCodePoint(code))).toBe(String.fromCodePoint(code));
    expect(plainLetter("\u0667")).toBe("7");
  });
});

describe("a telephone number by numbering plans", () => {
  it.each([
    ["03012345678", true],
    ["3012345678", true],
    ["4155552671", true],
    ["14155552671", true],
    ["24155552671", false],
    ["0612345678", true],
    ["030123456789012", false],
    ["", false],
    ["07700900123", true],
    ["0677123456", true],
  ])("%s is one of a country of ours: %s", (digits, is) => {
    expect(isNational(digits)).toBe(is);
  });

  it.each([
    ["493012345678", true],
    ["4903012345678", true],
    ["14155552671", true],
    ["447700900123", true],
    ["999123456789", false],
    ["49", false],
    ["", false],
    ["35312345678", true],
    ["0493012345678", false],
  ])("%s can be called: %s", (digits, is) => {
    expect(isCallable(digits)).toBe(is);
  });
});

describe("a bucket, at its edges", () => {
  const to = (value: string | number, more: object) =>
    bucketOf({ path: "x", method: "bucket", ...more } as Parameters<typeof bucketOf>[0], value);
  it.each<[string | number, object, string | number | undefined]>([
    ["1987-03", { to: "month" }, "1987-03"],
    ["1987-03", { to: "year" }, "1987-01"],
    ["1987-13", { to: "month" }, undefined],
    ["1987-00-10", { to: "month" }, undefined],
    ["1987-03-00", { to: "month" }, undefined],
    [" 1987-03-22 ", { to: "month" }, "1987-03-01"],
    ["1987-03-22T14:05", { to: "year" }, "1987-01-01T00:00"],
    ["1987-03-22T14:05:09+02:00", { to: "month" }, "1987-03-01T00:00:00+02:00"],
    ["22.3.1987", { to: "year" }, "01.01.1987"],
    ["2.11.1987", { to: "month" }, "01.11.1987"],
    ["31.02.1987", { to: "month" }, undefined],
    ["1.13.1987", { to: "month" }, undefined],
    [1e11 - 1, { to: "year" }, Date.UTC(5138, 0, 1) / 1000],
    [1e11, { to: "year" }, Date.UTC(1973, 0, 1)],
    [-1e11, { to: "year" }, Date.UTC(1966, 0, 1)],
    [8.64e15 + 1, { to: "month" }, undefined],
    [0, { to: "month" }, 0],
    [5, { step: 10, min: 20, max: 90 }, 20],
    [95, { step: 10, min: 20, max: 90 }, 90],
    [55, { step: 10, min: 20, max: 90 }, 50],
    [" 42 ", { step: 10 }, "40"],
    ["-42", { step: 10 }, "-50"],
    ["4e2", { step: 10 }, undefined],
    ["", { step: 10 }, undefined],
    [Number.POSITIVE_INFINITY, { step: 10 }, undefined],
    [" sw1a 1aa ", { to: "area" }, "SW"],
    ["m1 1ae", { to: "area" }, "M"],
    ["ＳＷ1A 1AA", { to: "area" }, "SW"],
    [" 10115", { to: "area" }, "10"],
    ["１０115", { to: "area" }, "10"],
    ["101", { to: "area" }, undefined],
    ["1011", { to: "area" }, "10"],
    ["x10115", { to: "area" }, "X"],
    ["xxx10", { to: "area" }, undefined],
    ["-10115", { to: "area" }, undefined],
    [0, { to: "area" }, 0],
    [999, { to: "area" }, 0],
    [9_999_999, { to: "area" }, 9_900_000],
    [10_000_000, { to: "area" }, undefined],
    [-1, { to: "area" }, undefined],
    [1.5, { to: "area" }, undefined],
    [12_345, { to: "area" }, 12_000],
  ])("of %j by %j is %j", (value, rule, bucket) => {
    expect(to(value, rule)).toBe(bucket);
  });
});

describe("what stands in for a value of its shape, at its edges", () => {
  it("is a token where it is too long, and a shape up to there", () => {
    expect(formatted("id", "a".repeat(512), tokens)).toMatch(/^[a-z]{512}$/);
    expect(formatted("id", "a".repeat(513), tokens)).toBe(tokens.text("id", "a".repeat(513)));
  });
  it("is a number for a number, of as many digits, or its token", () => {
    const made = formatted("id", 4_711, tokens);
    expect(String(made)).toMatch(/^\d{4}$/);
    expect(typeof made).toBe("number");
    expect(made).not.toBe(4_711);
    expect(formatted("id", 1e21, tokens)).toBe(tokens.number("id", 1e21));
    expect(typeof formatted("id", 0.5, tokens)).toBe("number");
    expect(formatted("id", "---", tokens)).toBe(tokens.text("id", "---"));
    expect(formatted("id", 5, tokens)).not.toBe(5);
  });
  it("follows from value, class and grant, byte for byte", () => {
    expect(
      ["email", "name", "ip", "phone", "id", "card"].map((name) =>
        formatted(name as never, "10.1.2.3", tokens),
      ),
    ).toEqual(
      ["email", "name", "ip", "phone", "id", "card"].map((name) =>
        formatted(name as never, "10.1.2.3", tokens),
      ),
    );
    expect(formatted("id", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", tokens)).toMatchInlineSnapshot(
      `"VTBUTCPLZEFUBMTOSYUKXNIFDJ5258319246"`,
    );
    expect(formatted("phone", " +49 171 1234567", tokens)).toMatchInlineSnapshot(`" +999 56 9465381"`);
    expect(formatted("phone", "0049 171 1234567", tokens)).toMatchInlineSnapshot(`"2075 694 6538121"`);
    expect(formatted("phone", "4+49 171 1234567", tokens)).toMatchInlineSnapshot(`"9+02 185 3201047"`);
    expect(formatted("ip", "10.1.2.3", tokens)).toMatchInlineSnapshot(`"198.18.229.170"`);
    expect(formatted("ip", "10.1.2.4", tokens)).toMatchInlineSnapshot(`"198.18.19.146"`);
    expect(formatted("ip", "fe80::1", tokens)).toMatchInlineSnapshot(`"2001:db8:58c1::ec50"`);
    expect(formatted("card", "4111 1111 1111 1111", tokens)).toMatchInlineSnapshot(`"2576 1213 4643 2927"`);
    expect(formatted("id", "७-Ä ß x", tokens)).toMatchInlineSnapshot(`"7-E z i"`);
  });
});

describe("what is one value, written in many ways", () => {
  it.each([
    ["email", " Anna@Example.org ", "anna@example.org"],
    ["name", "  Ａnna   Schmidt ", "anna schmidt"],
    ["name", "Anna\tSchmidt", "anna schmidt"],
    ["name", "STRASSE", "straße"],
    ["phone", "+49 (0)171 123", "+49 171-123"],
    ["phone", "0049 171 123", "+49 171 123"],
    ["card", "4111 1111 1111 1111", "4111-1111-1111-1111"],
    ["id", " a ", "a"],
  ] as const)("of class %s: %j is %j", (name, one, other) => {
    expect(normalised(name, one)).toBe(normalised(name, other));
  });
  it.each([
    ["phone", "000171 1", "171 1"],
    ["phone", "1 00171", "1171"],
    ["name", "anna", "anne"],
    ["id", "a b", "ab c"],
  ] as const)("of class %s: %j is not %j", (name, one, other) => {
    expect(normalised(name, one)).not.toBe(normalised(name, other));
  });
  it("is none where nothing shows", () => {
    expect(["", " ", "\t\n", "\u200b", "\u00a0"].map(isBlank)).toEqual(Array(5).fill(true));
    expect(["0", ".", "a "].map(isBlank)).toEqual([false, false, false]);
  });
});

describe("values of a row, looked for in its prose", () => {
  const known = (rules: readonly RuleInput[], row: Record<string, unknown>): KnownValue[] =>
    knownValues(treeOf(rulesOf(rules)), row, tokens);
  const name: RuleInput = { path: "name", class: "name", method: "token" };
  const places = (text: string, values: readonly KnownValue[]) =>
    [...knownIn(text, values)].map(({ start, end }) => text.slice(start, end));

  it("are the whole name and its parts, the longest first, each for the whole name's token", () => {
    const found = known([name], { name: "Schmidt,  Anna  Li" });
    const replacement = tokens.text("name", "Schmidt,  Anna  Li");
    expect(found).toEqual([
      { text: "schmidt, anna li", identifier: false, replacement },
      { text: "schmidt", identifier: false, replacement },
      { text: "anna", identifier: false, replacement },
    ]);
  });

  it("of the same length come in the order of letters, and of the same text the first counts", () => {
    const rules: RuleInput[] = [name, { path: "other", class: "name", method: "redact" }];
    const found = known(rules, { name: "bob", other: "amy" });
    expect(found.map(({ text }) => text)).toEqual(["amy", "bob"]);
    expect(found[0]?.replacement).toBe(REDACTED);
    expect(known(rules, { name: "bob", other: "bob" })).toEqual([
      { text: "bob", identifier: false, replacement: tokens.text("name", "bob") },
    ]);
  });

  it("are of classified fields that may be anybody's, in lists, maps and keys too", () => {
    const rules: RuleInput[] = [
      { path: "ids[]", class: "id", method: "format" },
      { path: "people{key}", class: "name", method: "token" },
      { path: "people{}", class: "phone", method: "token" },
      { path: "amount", method: "bucket", step: 10 },
      { path: "country", class: "none", method: "keep" },
      { path: "note", class: "free-text", method: "token" },
    ];
    const found = known(rules, {
      ids: ["A-12345", 67890, 98765n, null, " ", true],
      people: { "Anna Schmidt": "030 12345678" },
      amount: 123_456,
      country: "Germany",
      note: "no value",
    });
    expect(found.map(({ text, identifier }) => `${text} ${identifier}`)).toEqual([
      ...[
        "anna schmidt false",
        "03012345678 true",
        "schmidt false",
        "a12345 true",
        "67890 true",
        "98765 true",
      ],
      "anna false",
    ]);
  });

  it("are long enough to be told from chance: three letters of a name, five of an identifier", () => {
    expect(known([name], { name: "Li" })).toEqual([]);
    expect(known([name], { name: "Lia" })).toHaveLength(1);
    const id: RuleInput = { path: "id", class: "id", method: "token" };
    expect(known([id], { id: "a-123" })).toEqual([]);
    expect(known([id], { id: "a-1234" })).toMatchObject([{ text: "a1234", identifier: true }]);
    expect(known([name], {})).toEqual([]);
    expect(known([name], { name: null })).toEqual([]);
    expect(known([name], { name: { first: "Anna" } })).toEqual([]);
  });

  it("are found as words of their own, and identifiers across whatever separates them", () => {
    const anna = known([name], { name: "Anna" });
    expect(places("Anna, ANNA! Annas Joanna anna", anna)).toEqual(["Anna", "ANNA", "anna"]);
    expect(places("annaanna", anna)).toEqual([]);
    expect(places("", anna)).toEqual([]);
    const id = known([{ path: "id", class: "id", method: "token" }], { id: "AB-1234" });
    expect(places("AB 12.34, xab1234y a b 1-2-3-4", id)).toEqual(["AB 12.34", "ab1234", "a b 1-2-3-4"]);
    expect(places("ab1234ab1234", id)).toEqual(["ab1234", "ab1234"]);
    expect([...knownIn("anna", [])]).toEqual([]);
  });

  it("keep their places where lower case is longer than the letter", () => {
    const anna = known([name], { name: "Anna" });
    const text = "İİİ ANNA Ünal";
    const [place] = [...knownIn(text, anna)];
    expect([place?.start, place?.end]).toEqual([4, 8]);
    expect(places("İ ÄNNA", known([name], { name: "Änna" }))).toEqual(["ÄNNA"]);
  });
});
