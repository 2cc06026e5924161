import { describe, expect, it } from "vitest";
import { describeMasked } from "../../../functions/core/masking/describe.ts";
import { masking } from "../../../functions/core/masking/masking.ts";
import type { RuleInput } from "./fixtures.ts";

const READS = ["read every object in bucket data whose key begins with claims/"];
const linesOf = (fields: readonly RuleInput[], reads = READS): string[] =>
  describeMasked(masking.parse({ source: { from: "files", formats: ["csv"] }, fields }), reads);

const one: [string, RuleInput, string][] = [
  ["what is kept", { path: "country", class: "none", method: "keep" }, "see as they are: country"],
  ["a month", { path: "born", method: "bucket", to: "month" }, "see roughly: born (month)"],
  ["a range", { path: "amount", method: "bucket", step: 100 }, "see roughly: amount (in steps of 100)"],
  ["an area", { path: "zip", method: "bucket", to: "area" }, "see roughly: zip (area)"],
  [
    "a token",
    { path: "claimant.email", class: "email", method: "token" },
    "see as tokens that mean nothing outside this grant: claimant.email",
  ],
  [
    "free text, of which names may remain",
    { path: "note", class: "free-text", method: "token" },
    "see free text with the identifiers in it replaced (names in prose may remain): note",
  ],
  [
    "a made-up value",
    { path: "phone", class: "phone", method: "format" },
    "see made-up values instead of: phone",
  ],
  ["a drawn value", { path: "kind", method: "random" }, "see made-up values instead of: kind"],
  [
    "free text that is blanked",
    { path: "note", class: "free-text", method: "redact" },
    "see blanked: note, and every field without a rule",
  ],
  [
    "the keys of a map",
    { path: "calls{key}", class: "phone", method: "token" },
    "see as tokens that mean nothing outside this grant: calls{key}",
  ],
];

describe("what an approver reads of masked rows", () => {
  it.each(one)("tells %s", (_, rule, line) => {
    expect(linesOf([rule])).toContain(line);
  });

  it("says first what Latchkey reads, and that nothing raw is given", () => {
    const [first, second] = linesOf([{ path: "a", method: "redact" }]);
    expect(first).toBe(`be given masked rows, for which Latchkey itself may ${READS[0]}`);
    expect(second).toBe("get no credentials: of the raw data it sees nothing");
  });

  it("says of each thing that is read that Latchkey reads it", () => {
    const lines = linesOf([{ path: "a", method: "redact" }], ["read a", "read b"]);
    expect(lines.filter((line) => line.includes("Latchkey itself may"))).toHaveLength(2);
  });

  it("I-60 says of every field without a rule that it is blanked, whatever else there is", () => {
    for (const [, rule] of one)
      expect(linesOf([rule]).at(-1)).toMatch(/^see blanked: (note, and )?every field without a rule$/);
  });

  it("names each field once, in one line", () => {
    const rules = one.map(([, rule], index) => ({
      ...rule,
      path: `field_${index}${rule.path.endsWith("{key}") ? "{key}" : ""}`,
    }));
    const text = linesOf(rules as RuleInput[]).join("\n");
    for (const { path } of rules)
      expect(text.split(new RegExp(`${path.replace("{key}", "\\{key\\}")}(?!\\d)`))).toHaveLength(2);
  });

  it("names everything that is seen as it is, and of the rest what people read", () => {
    const many = (prefix: string, rule: Omit<RuleInput, "path">) =>
      Array.from({ length: 60 }, (_, index) => ({ path: `${prefix}_${index}_`, ...rule }) as RuleInput);
    const lines = linesOf([
      ...many("kept", { class: "none", method: "keep" } as RuleInput),
      ...many("token", { class: "id", method: "token" } as RuleInput),
    ]);
    const [kept = ""] = lines.filter((line) => line.startsWith("see as they are"));
    expect(kept).toContain("kept_59_");
    expect(kept).not.toContain("more");
    const [tokens = ""] = lines.filter((line) => line.startsWith("see as tokens"));
    expect(tokens).toMatch(/token_39_, 20 more$/);
  });
});
