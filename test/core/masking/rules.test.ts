import { describe, expect, it } from "vitest";
import { fieldRules, isKnown, isMasked } from "../../../functions/core/masking/rules.ts";
import { rulesOf } from "./fixtures.ts";

const email = { class: "email", method: "token" } as const;

const refused: [string, unknown[], string][] = [
  ["no field at all", [], "must name at least one field"],
  ["a path that is none", [{ path: "a..b", ...email }], "must be names joined by dots"],
  ["something below the keys of a map", [{ path: "a{key}.b", ...email }], "must be names joined by dots"],
  [
    "a field that is named twice",
    [
      { path: "a.b", ...email },
      { path: '"a".b', ...email },
    ],
    "is named twice: see a.b",
  ],
  [
    "a value that holds others",
    [
      { path: "a", ...email },
      { path: "a.b", ...email },
    ],
    "is both a value and something that holds values",
  ],
  [
    "a list that is a map too",
    [
      { path: "a[]", ...email },
      { path: "a{}", ...email },
    ],
    "is of two forms",
  ],
  [
    "a date as a token, of which there are too few",
    [{ path: "a", class: "date", method: "token" }],
    "cannot have method token",
  ],
  [
    "a free text as a value of the same shape",
    [{ path: "a", class: "free-text", method: "format" }],
    "cannot have method format",
  ],
  ["what is personal, kept", [{ path: "a", class: "email", method: "keep" }], "must be none"],
  ["what is nothing personal, without saying so", [{ path: "a", method: "keep" }], "must be none"],
  ["a bucket without a size", [{ path: "a", method: "bucket" }], "needs either to or step"],
  ["a bucket with two", [{ path: "a", method: "bucket", to: "month", step: 5 }], "needs either to or step"],
  ["a bucket of nothing", [{ path: "a", method: "bucket", step: 0 }], "must be more than 0"],
  [
    "a bucket whose class is another",
    [{ path: "a", class: "postcode", method: "bucket", to: "month" }],
    "does not go with to: month",
  ],
  [
    "ends the wrong way round",
    [{ path: "a", method: "bucket", step: 1, min: 5, max: 2 }],
    "min must be less than max",
  ],
  [
    "keys in buckets",
    [{ path: "a{key}", method: "bucket", to: "month" }],
    "keys can have token, redact, random, keep",
  ],
  [
    "keys as free text",
    [{ path: "a{key}", class: "free-text", method: "token" }],
    "keys cannot be free text",
  ],
  [
    "keys drawn from a few values",
    [{ path: "a{key}", method: "random", values: ["x", "y"] }],
    "two would be one",
  ],
  ["one value to draw from", [{ path: "a", method: "random", values: ["x"] }], "at least two"],
  ["a method that nobody knows", [{ path: "a", class: "email", method: "encrypt" }], "Invalid"],
  ["a member that nobody knows", [{ path: "a", ...email, salt: "x" }], "Unrecognized key"],
];

describe("the fields of a resource", () => {
  it.each(refused)("refuse %s", (_, rules, message) => {
    const { error } = fieldRules.safeParse(rules);
    expect(error?.issues.map((issue) => issue.message).join("\n")).toContain(message);
  });

  it("may be nested, in lists, in maps and the keys of maps, with odd names in quotes", () => {
    const rules = [
      "claimant.email",
      "items[].sku",
      "grid[][]",
      "contacts{key}",
      "contacts{}",
      '"a.b"[].c',
    ].map((path) => ({ path, ...email }));
    expect(fieldRules.safeParse(rules).success).toBe(true);
  });
});

describe("filters, sorts and groups", () => {
  const rules = rulesOf([
    { path: "region", class: "none", method: "keep" },
    { path: "email", ...email },
    { path: "amount", method: "bucket", step: 100 },
    { path: "items[].sku", class: "none", method: "keep" },
  ]);
  it.each(["region", '"region"', "items[].sku"])("I-67 may use what is shown as it is: %s", (path) => {
    expect(isMasked(rules, path)).toBe(false);
  });
  it.each(["email", "amount", "unknown", "items", "items[]", "region.x", "", "region[", "Region"])(
    "I-67 may not use what is masked, or not known, or no path: %s",
    (path) => expect(isMasked(rules, path)).toBe(true),
  );
  it("know which field was never declared", () => {
    expect(
      ["region", "email", "items[].sku", "items", "nope", ""].map((path) => isKnown(rules, path)),
    ).toEqual([true, true, true, false, false, false]);
  });
});
