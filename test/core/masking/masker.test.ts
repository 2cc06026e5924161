import { describe, expect, it } from "vitest";
import { maskerFor } from "../../../functions/core/masking/masker.ts";
import { tokensFor } from "../../../functions/core/masking/tokens.ts";
import { chance, GRANT, masked, maskerOf, type RuleInput, rulesOf, SECRET } from "./fixtures.ts";

const tokens = tokensFor(SECRET, GRANT);
const KEY = /^key_[a-z2-7]{26}$/;

const rules: RuleInput[] = [
  { path: "claimant.email", class: "email", method: "token" },
  { path: "items[].sku", class: "none", method: "keep" },
  { path: "contacts{key}", class: "phone", method: "token" },
  { path: "contacts{}", class: "name", method: "token" },
  { path: "labels{key}", class: "none", method: "keep" },
  { path: "labels{}.by", class: "name", method: "token" },
  { path: "born", class: "date", method: "bucket", to: "month" },
  { path: "customer", class: "id", method: "token" },
  { path: "smoker", class: "category", method: "random" },
];

describe("a masked row", () => {
  it("I-66 has the members, lists and types that it had", () => {
    const row = {
      claimant: { email: "anna@example.org" },
      items: [{ sku: "A-1" }, { sku: "B-2" }],
      contacts: { "+49 171 1234567": "Anna Schmidt" },
      labels: { red: { by: "Bo" } },
      born: "1987-03-22",
      customer: 10293,
      smoker: true,
    };
    const shown = masked(rules, row);
    expect(Object.keys(shown)).toEqual(Object.keys(row));
    expect(shown).toEqual({
      claimant: { email: tokens.text("email", "anna@example.org") },
      items: [{ sku: "A-1" }, { sku: "B-2" }],
      contacts: { [tokens.text("phone", "+491711234567")]: tokens.text("name", "anna schmidt") },
      labels: { red: { by: tokens.text("name", "bo") } },
      born: "1987-03-01",
      customer: tokens.number("id", 10293),
      smoker: expect.any(Boolean),
    });
  });

  it("I-60 shows nothing of a field that no rule names, in whatever it is nested, nor its name", () => {
    const shown = masked(rules, {
      iban: "DE89",
      more: [{ deep: { n: 7, yes: true, no: null, text: "Anna" } }, "Anna"],
    });
    const [first, second] = Object.entries(shown);
    expect(first).toEqual([expect.stringMatching(KEY), "[redacted]"]);
    expect(second?.[0]).toMatch(KEY);
    const [list = {}, text] = (second?.[1] ?? []) as [Record<string, Record<string, unknown>>?, string?];
    const inner = Object.values(list)[0] ?? {};
    expect(Object.keys(inner).every((key) => KEY.test(key))).toBe(true);
    expect([Object.values(inner), text]).toEqual([[0, false, null, "[redacted]"], "[redacted]"]);
  });

  it.each<[string, Record<string, unknown>]>([
    ["an object where a value is declared", { customer: { anna: "Anna" } }],
    ["a list where a value is declared", { customer: ["Anna"] }],
    ["a value where an object is declared", { claimant: "Anna" }],
    ["a list where an object is declared", { claimant: ["Anna"] }],
    ["an object where a list is declared", { items: { anna: "Anna" } }],
    ["a list where a map is declared", { labels: ["Anna"] }],
    ["an object where something kept is declared", { items: [{ sku: { anna: "Anna" } }] }],
  ])("I-60 shows nothing of %s", (_, row) => {
    expect(JSON.stringify(masked(rules, row))).not.toMatch(/anna/i);
  });

  it("I-66 has as many keys as there were, also where two are spellings of one", () => {
    const shown = masked(rules, { contacts: { "+49 171 1": "a", "+49-171-1": "b" } });
    const token = tokens.text("phone", "+491711");
    expect(Object.keys(shown.contacts as object)).toEqual([token, `${token}~2`]);
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "has no member that was not there: %s",
    (name) => {
      const row = JSON.parse(`{"${name}":{"x":"Anna"},"customer":"c"}`) as Record<string, unknown>;
      const shown = masked(rules, row);
      expect(Object.keys(shown)).toHaveLength(2);
      expect(Object.getPrototypeOf(shown)).toBe(Object.prototype);
      expect(JSON.stringify(shown)).not.toContain("Anna");
    },
  );

  it.each([null, undefined, "", "  ", "\u200b"])(
    "says of no value that there is none, and no more: %j",
    (value) => {
      expect([null, ""]).toContain(masked(rules, { customer: value }).customer);
      expect([null, ""]).toContain(
        masked([{ path: "customer", method: "redact" }], { customer: value }).customer,
      );
    },
  );

  it("takes what readers of files give for what it would be in JSON", () => {
    const keep = (path: string): RuleInput => ({ path, class: "none", method: "keep" });
    const row = {
      when: new Date(0),
      bytes: new Uint8Array([1, 2]),
      small: 7n,
      large: 2n ** 60n,
      not: Number.NaN,
    };
    expect(masked(Object.keys(row).map(keep), row)).toEqual({
      ...{
        when: "1970-01-01T00:00:00.000Z",
        bytes: "AQI=",
        small: 7,
        large: "1152921504606846976",
        not: null,
      },
    });
    expect(masked([{ path: "n", class: "id", method: "token" }], { n: 7n }).n).toBe(tokens.number("id", 7));
  });

  it("counts what it masked and what it found", () => {
    const found = maskerOf([
      { path: "a", class: "email", method: "token" },
      { path: "b", class: "none", method: "keep" },
      { path: "n", class: "free-text", method: "token" },
    ]).row({ a: "a@b.org", b: "x", n: "write to c@d.org or 192.168.1.10" });
    expect(found).toMatchObject({ ok: true, masked: 2, detected: 2 });
  });
});

describe("a row that cannot be masked", () => {
  const deep = (levels: number): unknown => (levels === 0 ? "Anna" : [deep(levels - 1)]);
  const row: [string, Record<string, unknown>, string][] = [
    ["nested too deep", { a: deep(40) }, "too_deep"],
    ["with a function in it", { a: () => "Anna" }, "unsupported_value"],
    ["with a symbol in it", { a: Symbol("Anna") }, "unsupported_value"],
    ["with a map of a library's own in it", { a: new Map([["Anna", 1]]) }, "unsupported_value"],
  ];
  it.each(row)("I-65 is refused whole: %s", (_, given, code) => {
    expect(maskerOf(rules).row(given)).toEqual({ ok: false, code });
  });

  it("I-65 is refused whole when a detector throws, without a word of what it threw", () => {
    const detectors = [
      function* () {
        yield* [];
        throw new Error("cannot read 'Anna Schmidt'");
      },
    ];
    const masker = maskerFor(
      rulesOf([{ path: "n", class: "free-text", method: "token" }]),
      SECRET,
      GRANT,
      chance(),
      detectors,
    );
    expect(masker.row({ n: "Anna Schmidt" })).toEqual({ ok: false, code: "detector_failed" });
  });

  it("I-65 is refused whole when there is no chance to be had, or a member throws when it is read", () => {
    const broken = maskerFor(rulesOf(rules), SECRET, GRANT, () => {
      throw new Error("no entropy for Anna");
    });
    expect(broken.row({ smoker: true })).toEqual({ ok: false, code: "detector_failed" });
    const trap = {
      get customer(): string {
        throw new Error("Anna");
      },
    };
    expect(maskerOf(rules).row(trap)).toEqual({ ok: false, code: "detector_failed" });
  });
});
