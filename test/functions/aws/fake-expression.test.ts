import { describe, expect, it } from "vitest";
import { holds } from "../../fakes/expression.ts";
import { Tokens } from "../../fakes/tokens.ts";

// The fake table's conditions, held to what DynamoDB documents:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html

describe("conditions", () => {
  const item = { a: 1, s: "abc", status: "OPEN" };
  const cases: [string, Record<string, unknown>, boolean][] = [
    ["attribute_exists(a)", {}, true],
    ["attribute_exists(zz)", {}, false],
    ["attribute_not_exists(zz)", {}, true],
    ["a = :v", { ":v": 1 }, true],
    ["a <> :v", { ":v": 1 }, false],
    ["zz = :v", { ":v": 1 }, false],
    ["zz <> :v", { ":v": 1 }, true],
    ["a < :v", { ":v": 2 }, true],
    ["a <= :v", { ":v": 1 }, true],
    ["a > :v", { ":v": 1 }, false],
    ["a >= :v", { ":v": "1" }, false],
    ["s BETWEEN :lo AND :hi", { ":lo": "aaa", ":hi": "abd" }, true],
    ["begins_with(s, :v)", { ":v": "ab" }, true],
    ["#st IN (:x, :y)", { ":x": "SHUT", ":y": "OPEN" }, true],
    ["NOT a = :v", { ":v": 1 }, false],
    ["a = :v AND s = :w OR attribute_exists(s)", { ":v": 2, ":w": "no" }, true],
    ["a = :v AND (s = :w OR attribute_exists(s))", { ":v": 2, ":w": "no" }, false],
  ];
  it.each(cases)("%s with %o is %s", (text, values, expected) => {
    expect(holds(new Tokens(text, { "#st": "status" }, values), item)).toBe(expected);
  });
  it("refuses a reserved word, an undefined placeholder and nonsense", () => {
    expect(() => holds(new Tokens("status = :v", {}, { ":v": 1 }), item)).toThrow("reserved");
    expect(() => holds(new Tokens("a = :v", {}, {}), item)).toThrow("not defined");
    expect(() => holds(new Tokens("a = ", {}, {}), item)).toThrow("Syntax");
    expect(() => holds(new Tokens("a = :v b", {}, { ":v": 1 }), item)).toThrow("Syntax");
  });
});
