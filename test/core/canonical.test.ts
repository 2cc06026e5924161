import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, digestOf, sha256Hex } from "../../functions/core/canonical.ts";

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, shuffled(part)]),
  );
};

describe("canonical JSON", () => {
  it("is RFC 8785 §3.2.2's example", () => {
    const value = {
      numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it("sorts keys by UTF-16 code units, as RFC 8785 §3.2.3 says", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    expect(Object.keys(JSON.parse(canonicalJson(value)))).toEqual([
      "1",
      "\r",
      "\u0080",
      "\u00f6",
      "\u20ac",
      "\ud83d\ude00",
      "\ufb33",
    ]);
  });

  it.each([
    [-0, "0"],
    [1e21, "1e+21"],
    [9007199254740992, "9007199254740992"],
    [5e-324, "5e-324"],
    [0.1 + 0.2, "0.30000000000000004"],
  ])("writes the number %d as %s (RFC 8785 appendix B)", (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it("is one text for one value, whatever the order of its keys, and reads back as that value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(shuffled(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(digestOf(shuffled(value))).toBe(digestOf(value));
      }),
    );
  });

  it("throws on what JSON cannot hold", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    for (const value of [
      undefined,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      { a: Number.NaN },
      1n,
      { a: 1n },
      circle,
    ])
      expect(() => canonicalJson(value)).toThrow();
  });

  it("takes an absent and an undefined field for the same", () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });
});

describe("a digest", () => {
  it("is SHA-256 over UTF-8 (FIPS 180-4's examples)", () => {
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(sha256Hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(sha256Hex("€")).not.toBe(sha256Hex("\u0080"));
  });

  it("tells values apart that look alike", () => {
    const alike = [null, {}, [], "", 0, false, "null", { a: null }, [null], "{}"];
    expect(new Set(alike.map(digestOf)).size).toBe(alike.length);
  });
});
