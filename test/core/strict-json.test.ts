import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { parseStrictJson } from "../../functions/core/strict-json.ts";
import { anyCharacter } from "../fakes/any-character.ts";

const problemOf = (body: string) => {
  const parsed = parseStrictJson(body);
  return parsed.ok ? "accepted" : parsed.problem;
};
const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

const twice = [
  '{"a":1,"a":2}',
  '{"a":1,"a":1}',
  '{"a":1,"b":2,"\\u0061":3}',
  '{"a\\/b":1,"a/b":2}',
  '{"\\ud83d\\ude00":1,"😀":2}',
  '{"":1,"":2}',
  '{"x":{"a":1,"a":2}}',
  '[{"x":[[{"a":1},{"a":1,"a":2}]]}]',
  '{"scope":{"prefix":"a/","prefix":"b/"}}',
  '{"__proto__":1,"__proto__":2}',
];

const notJson = [
  "",
  " ",
  "{",
  '{"a":1} x',
  '{"a":1}{"b":2}',
  '{"a":1}\n---\n{"b":1}',
  '{"a":1,}',
  "[1,]",
  "{'a':1}",
  "{a:1}",
  "a: 1",
  "- 1",
  "%YAML 1.2\n---\n{}",
  "&x {}",
  "*x",
  "!!str a",
  '{"a":&x 1,"b":*x}',
  '{"a":.inf}',
  '{"a":0x1f}',
  '{"a":01}',
  '{"a":+1}',
  '{"a":NaN}',
  '{"a":yes}',
  '{"a":1} # remark',
  '{"a":/* remark */1}',
  '{"a":"\n"}',
  '{"a":"\\x41"}',
  '\ufeff{"a":1}',
  "undefined",
];

describe("a request body", () => {
  it.each(twice)("is refused with a key twice: %s (A-40)", (body) => {
    expect(problemOf(body)).toBe("body has a key twice");
  });

  it.each(notJson)("is refused when it is not JSON: %j", (body) => {
    expect(problemOf(body)).toBe("body is not valid JSON");
  });

  it.each([
    '{"__proto__":{"admin":true}}',
    '{"scope":{"__proto__":{},"prefix":"a/"}}',
    '{"\\u005f_proto__":1}',
  ])("is refused when it reaches for the prototype: %s (A-39)", (body) => {
    expect(problemOf(body)).toBe("body has the key __proto__");
    expect({}).not.toHaveProperty("admin");
  });

  it("may be nested eight levels deep and no deeper, whatever brackets its strings hold (A-37)", () => {
    expect(problemOf(nested(8))).toBe("accepted");
    expect(problemOf(nested(9))).toBe("body is nested deeper than 8 levels");
    expect(problemOf('{"a":'.repeat(9) + 1 + "}".repeat(9))).toMatch("deeper");
    expect(problemOf(JSON.stringify({ a: `${"[".repeat(50)}\\"${"{".repeat(50)}` }))).toBe("accepted");
    expect(problemOf("[".repeat(16_000))).toMatch("deeper");
  });

  it("may have 16 KiB of UTF-8 and no more; size is looked at first", () => {
    const of = (bytes: number) => JSON.stringify("x".repeat(bytes - 2));
    expect(problemOf(of(16_384))).toBe("accepted");
    expect(problemOf(of(16_385))).toMatch("larger");
    expect(problemOf(JSON.stringify("€".repeat(5_462)))).toMatch("larger");
    expect(problemOf("[".repeat(1_000_000))).toMatch("larger");
  });

  it("with very many keys is answered in no time (A-37)", () => {
    const wide = JSON.stringify(
      Object.fromEntries(Array.from({ length: 1_700 }, (_, index) => [`k${index}`, 1])),
    );
    const started = performance.now();
    expect(problemOf(wide)).toBe("accepted");
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("is otherwise what JSON.parse says, however it is written", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 5, noUnicodeString: false }),
        fc.constantFrom(0, 2, "\t", " \t"),
        fc.constantFrom("", " ", "\n", "\t\r\n"),
        (value, indent, around) => {
          const body = `${around}${JSON.stringify(value, null, indent)}${around}`;
          fc.pre(!body.includes("__proto__") && Buffer.byteLength(body) < 16_384);
          expect(parseStrictJson(body)).toEqual({ ok: true, value: JSON.parse(body) });
        },
      ),
      { numRuns: 150 },
    );
  });

  it("has a key twice exactly where a parser that looks for it says so", () => {
    const key = fc.constantFrom("a", "b", "\\u0061", "", ":", '\\":', "1", "constructor");
    const { value } = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom("1", "null", '"{\\"a\\":1}"', "{}", "[]"),
        fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(" , ")}]`),
        fc
          .array(fc.tuple(key, tie("value")), { maxLength: 4 })
          .map((members) => `{${members.map(([name, part]) => `"${name}" : ${part}`).join(",")}}`),
      ),
    }));
    fc.assert(
      fc.property(value, (body) => {
        const [first] = parseDocument(body, { schema: "json", uniqueKeys: true }).errors;
        expect(problemOf(body)).toBe(first ? "body has a key twice" : "accepted");
      }),
      { numRuns: 300 },
    );
  });

  it("never makes it throw", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: anyCharacter }), fc.stringMatching(/^[{}[\]",:a1\\ -]{0,30}$/)),
        (body) => {
          expect(typeof parseStrictJson(body).ok).toBe("boolean");
        },
      ),
      { numRuns: 300 },
    );
  });
});
