import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { spellings } from "../../masking/spellings.ts";
import { masked, maskedText, maskerOf } from "./fixtures.ts";

/** Of all classes in test/core/masking/recall.test.ts. */
const VALUES = { email: "anna.schmidt@example.org", card: "4111 1111 1111 1111" };

const letters = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();

describe("I-60 a value in disguise is found", () => {
  for (const [spelling, write] of Object.entries(spellings))
    it.each(Object.entries(VALUES))(`as ${spelling}: %s`, (_, value) => {
      const shown = maskedText(`He wrote ${write(value)} there.`);
      expect(shown).toMatch(/^He wrote .*_[a-z2-7]{26}.* there\.$/s);
      expect(shown.replace(/[a-z]+_[a-z2-7]{26}|\p{Cf}/gu, "")).toBe("He wrote  there.");
      expect(letters(shown)).not.toContain(letters(value));
    });

  it.each([
    "anna (at) example (dot) org",
    "anna[at]example.org",
    "anna AT example DOT org",
    "anna @ example . org",
    "anna&commat;example&period;org",
    "anna\\x40example.org",
    '{"mail":"anna\\u0040example.org"}',
    "anna%2540example%252Eorg",
    "=61=6E=6E=61=40example.org",
  ])("as an address spelled out: %s", (text) => {
    expect(maskedText(text)).toContain(maskedText("anna@example.org"));
  });

  it.each([
    "4111.1111.1111.1111",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "4111\n1111\n1111\n1111",
    "4111,1111,1111,1111",
    "card4111111111111111",
    '{"n":4111111111111111}',
    "2026-03-01 4111 1111 1111 1111 03/27",
  ])("as a card in any grouping: %s", (text) => {
    expect(maskedText(text)).toContain(maskedText("4111111111111111"));
  });

  it("as base64 of JSON of base64, over several lines (A-43)", () => {
    const inner = Buffer.from("my mail: anna@example.org").toString("base64");
    const outer = Buffer.from(JSON.stringify({ data: inner, more: "x".repeat(40) })).toString("base64");
    const shown = maskedText(`see ${outer.replace(/(.{76})/g, "$1\r\n")} end`);
    expect(shown).toBe(`see ${maskedText("anna@example.org")} end`);
  });
});

describe("values elsewhere than in values", () => {
  it("I-60 in keys, of objects and of maps, declared and not (A-44)", () => {
    const shown = masked(
      [
        { path: "contacts{}", class: "name", method: "token" },
        { path: "known.x", class: "none", method: "keep" },
      ],
      {
        contacts: { "anna@example.org": "Anna" },
        known: { x: 1, "Anna Schmidt": 2 },
        "Anna Schmidt": 3,
        more: { DE89370400440532013000: 1 },
      },
    );
    expect(JSON.stringify(shown)).not.toMatch(/anna|schmidt|DE89/i);
  });

  it("I-60 in what stops a row: the answer is a code (A-44)", () => {
    const answer = maskerOf([{ path: "a", class: "email", method: "token" }]).row({
      a: () => "anna@example.org",
    });
    expect(JSON.stringify(answer)).toBe('{"ok":false,"code":"unsupported_value"}');
  });
});

describe("guessing", () => {
  it("I-62 a dictionary of SHA-256 finds what was hashed plainly, and nothing of a token", () => {
    const people = Array.from({ length: 5000 }, (_, index) => `person${index}@example.org`);
    const wanted = people[4242] ?? "";
    const dictionary = new Map(people.map((each) => [createHash("sha256").update(each).digest("hex"), each]));
    expect(dictionary.get(createHash("sha256").update(wanted).digest("hex"))).toBe(wanted);
    const token = masked([{ path: "e", class: "email", method: "token" }], { e: wanted }).e;
    const others = people.map(
      (each) => masked([{ path: "e", class: "email", method: "token" }], { e: each }).e,
    );
    expect(others.indexOf(token)).toBe(4242);
    const guesses = maskerOf([{ path: "e", class: "email", method: "token" }], {
      secret: new Uint8Array(32),
    });
    expect(
      people.some((each) => {
        const guess = guesses.row({ e: each });
        return guess.ok && guess.row.e === token;
      }),
    ).toBe(false);
  });
});
