import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spellings } from "../../masking/spellings.ts";
import { maskerOf, type RuleInput } from "./fixtures.ts";

const rules: RuleInput[] = [
  { path: "email", class: "email", method: "token" },
  { path: "who.name", class: "name", method: "token" },
  { path: "who.alias", class: "name", method: "format" },
  { path: "phones[]", class: "phone", method: "token" },
  { path: "by{key}", class: "id", method: "token" },
  { path: "by{}", class: "card", method: "format" },
  { path: "secret", method: "redact" },
  { path: "plan", method: "random" },
  { path: "born", class: "date", method: "bucket", to: "month" },
  { path: "notes", class: "free-text", method: "token" },
];

/** Letters no token or constant of ours is likely to hold by chance. */
const text = fc.string({ unit: fc.constantFrom(..."QXZJqxzj0189ÄØñ"), minLength: 8, maxLength: 24 });
const email = fc.tuple(text, text).map(([name, host]) => `${name}@${host.replace(/[ÄØñ]/g, "x")}.org`);
const card = fc.constantFrom("4111111111111111", "5555555555554444", "378282246310005", "6011111111111117");
const spelling = fc.constantFrom(...Object.values(spellings));

const hex = (value: string) => Buffer.from(value).toString("hex");
const base64 = (value: string): string[] =>
  // At each of three places in a longer text; what depends on its neighbours is cut off.
  [0, 1, 2].map((before) =>
    Buffer.from("\0".repeat(before) + value)
      .toString("base64")
      .slice(before === 0 ? 0 : 4)
      .replace(/.{0,4}$/, ""),
  );

/** All that would betray a value to who looks for it. */
const formsOf = (value: string): string[] => [
  ...[value, value.toLowerCase(), value.toUpperCase(), encodeURIComponent(value), hex(value)],
  ...[
    [...value].reverse().join(""),
    JSON.stringify(value).slice(1, -1),
    value.replace(/[^\p{L}\p{N}]/gu, ""),
  ],
  ...base64(value).filter((each) => each.length >= 8),
];

describe("masked output", () => {
  it("I-60 has no value of the row in it, in any encoding", () => {
    const row = fc.record({
      email,
      name: text,
      alias: text,
      phone: text,
      key: text,
      card,
      secret: text,
      plan: text,
      odd: text,
      write: spelling,
    });
    fc.assert(
      fc.property(row, ({ write, ...v }) => {
        const notes = `${v.name} wrote ${write(v.email)} and ${write(v.card)}, was ${v.alias}; ${v.key} ${v.phone}.`;
        const answer = maskerOf(rules).row({
          ...{
            email: v.email,
            who: { name: v.name, alias: v.alias },
            phones: [v.phone],
            by: { [v.key]: v.card },
          },
          ...{
            secret: v.secret,
            plan: v.plan,
            born: v.odd,
            notes,
            [v.odd]: v.odd,
            nested: [{ [v.secret]: [v.odd] }],
          },
        });
        const shown = JSON.stringify(answer);
        expect(answer.ok).toBe(true);
        for (const value of Object.values(v))
          for (const form of formsOf(value)) expect(shown).not.toContain(form);
      }),
      { numRuns: 60 },
    );
  });
});
