import { describe, expect, it } from "vitest";
import { evaluate, matches, type PolicyStatement } from "./evaluate.ts";

const yes: [string, string][] = [
  ["a", "a"],
  ["*", ""],
  ["a*", "a"],
  ["a*c", "abbbc"],
  ["*b*", "abc"],
  ["a?c", "abc"],
  ["a*b*c", "a-b-b-c"],
];
const no: [string, string][] = [
  ["a", "ab"],
  ["a", ""],
  ["A", "a"],
  ["a?", "a"],
  ["a*c", "abd"],
  ["*b", "bc"],
  ["", "a"],
];

const policy = (...Statement: PolicyStatement[]) => ({ Version: "2012-10-17", Statement });
const allow = (Condition: PolicyStatement["Condition"]) =>
  policy({ Effect: "Allow", Action: "s3:Get*", Resource: "*", ...(Condition ? { Condition } : {}) });
const call = (context = {}) => ({ action: "S3:getObject", resource: "r", context });

describe("the evaluator that judges the policies", () => {
  it.each(yes)("%s matches %s", (pattern, text) => expect(matches(pattern, text)).toBe(true));
  it.each(no)("%s does not match %s", (pattern, text) => expect(matches(pattern, text)).toBe(false));

  it("lets a Deny win over an Allow, and says no by default", () => {
    const deny: PolicyStatement = { Effect: "Deny", NotAction: ["s3:PutObject"], Resource: "*" };
    expect(evaluate(allow(undefined), call())).toBe("allow");
    expect(evaluate(policy(...allow(undefined).Statement, deny), call())).toBe("deny");
    expect(evaluate(allow(undefined), { action: "s3:PutObject", resource: "r" })).toBe("no");
  });

  it.each([
    ["ForAllValues:StringEquals", {}, "allow"],
    ["ForAllValues:StringEquals", { k: ["a", "b"] }, "no"],
    ["ForAllValues:StringEquals", { K: ["a", "a"] }, "allow"],
    ["StringEquals", {}, "no"],
    ["StringLike", {}, "no"],
    ["StringEqualsIfExists", {}, "allow"],
    ["StringEqualsIfExists", { k: "b" }, "no"],
  ])("%s with %j is %s", (operator, context, verdict) => {
    expect(evaluate(allow({ [operator]: { k: ["a"] } }), call(context))).toBe(verdict);
  });

  it("knows Null and dates", () => {
    expect(evaluate(allow({ Null: { k: "false" } }), call())).toBe("no");
    expect(evaluate(allow({ Null: { k: "false" } }), call({ k: "x" }))).toBe("allow");
    const from = allow({ DateGreaterThanEquals: { "aws:CurrentTime": "2026-01-01T00:00:00Z" } });
    expect(evaluate(from, call({ "aws:CurrentTime": "2025-12-31T23:59:59.999Z" }))).toBe("no");
    expect(evaluate(from, call({ "aws:CurrentTime": "2026-01-01T00:00:00Z" }))).toBe("allow");
  });

  it("knows what is not named: NotResource", () => {
    const only: PolicyStatement = { Effect: "Deny", Action: "*", NotResource: ["r*"] };
    const all = policy(...allow(undefined).Statement, only);
    expect(evaluate(all, { action: "s3:GetObject", resource: "r1" })).toBe("allow");
    expect(evaluate(all, { action: "s3:GetObject", resource: "other" })).toBe("deny");
    const neither = policy({ Effect: "Allow", Action: "*" });
    expect(() => evaluate(neither, call())).toThrow("needs Resource or NotResource");
  });

  it("asks a call on several resources of each", () => {
    const some = policy({ Effect: "Allow", Action: "s3:*", Resource: ["a", "b"] });
    expect(evaluate(some, { action: "s3:GetObject", resource: ["a", "b"] })).toBe("allow");
    expect(evaluate(some, { action: "s3:GetObject", resource: ["a", "c"] })).toBe("no");
    expect(evaluate(some, { action: "s3:GetObject", resource: [] })).toBe("no");
  });

  it("refuses what it does not know, and policy variables", () => {
    expect(() => evaluate(allow({ NumericEquals: { k: "1" } }), call())).toThrow("unknown operator");
    const variable = policy({
      Effect: "Allow",
      Action: "s3:*",
      Resource: ["arn:$", "{aws:userid}"].join(""),
    });
    expect(() => evaluate(variable, call())).toThrow("policy variable");
  });
});
