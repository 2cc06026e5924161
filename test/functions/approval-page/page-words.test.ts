import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codePattern, groupedCode, normaliseCode } from "../../../functions/approval-page/code.ts";
import { literalsOf, piecesOf } from "../../../functions/approval-page/page/literals.ts";
import { askSentence, either, later, utcTime } from "../../../functions/approval-page/page/words.ts";
import { type Ask, describeAsk, parseScope, statementsOf } from "../../../functions/core/kinds/registry.ts";
import { durationInWords } from "../../../functions/core/time.ts";
import { view } from "./page-example.ts";

const code = fc.string({
  unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz234567"),
  minLength: 8,
  maxLength: 8,
});

describe("the confirmation code", () => {
  it("is read as it is shown, in any case and with any spacing", () => {
    fc.assert(
      fc.property(code, fc.constantFrom("", " ", "-", " - "), (stored, gap) => {
        const typed = ` ${stored.slice(0, 4)}${gap}${stored.slice(4)}\n`;
        expect(normaliseCode(typed)).toBe(stored);
        expect(normaliseCode(typed.toUpperCase())).toBe(stored);
        expect(normaliseCode(groupedCode(stored))).toBe(stored);
        expect(groupedCode(stored)).toMatch(new RegExp(`^(?:${codePattern})$`, "v"));
      }),
    );
  });

  it.each([
    undefined,
    "",
    "abcd-efg",
    "abcd-efgh2",
    "abcd-efg0",
    "abcd_efgh",
    "abcdefg\u0131",
    "\u212Abcdefgh",
    "ａbcdefgh",
  ])("is not %j, and nothing is mapped to make it one", (typed) =>
    expect(normaliseCode(typed)).toBeUndefined(),
  );

  it("is not sought in a text of unbounded length", () => {
    expect(normaliseCode(`${" ".repeat(1_000_000)}abcdefgh`)).toBeUndefined();
  });
});

describe("words for durations and times", () => {
  it.each([
    [1_800, "30 minutes"],
    [60, "1 minute"],
    [90, "1 minute 30 seconds"],
    [3_600, "1 hour"],
    [43_200, "12 hours"],
    [3_661, "1 hour 1 minute 1 second"],
  ])("says %d seconds as %s", (seconds, words) => expect(durationInWords(seconds)).toBe(words));

  it("says times in UTC, names the zone and never rounds up", () => {
    expect(utcTime("2026-11-22T09:04:00Z")).toBe("Sunday 22 November 2026, 09:04 UTC");
    expect(utcTime("2026-11-22T09:04:59.999Z")).toBe("Sunday 22 November 2026, 09:04:59 UTC");
    expect(utcTime("2026-11-22T23:30:00-02:00")).toBe("Monday 23 November 2026, 01:30 UTC");
    expect(utcTime(later("2026-12-31T23:50:00Z", 1_800))).toBe("Friday 1 January 2027, 00:20 UTC");
    expect(() => utcTime("soon")).toThrow(TypeError);
  });

  it("says the ask with names from the catalogue alone", () => {
    expect(askSentence(view)).toBe("Support assistant asks to read claims for 30 minutes");
    expect(either(["Ann"])).toBe("Ann");
    expect(either(["Ann", "Ben", "Cem"])).toBe("Ann, Ben or Cem");
  });
});

// Scope values are the agent's choice and may read like sentences of ours.
const value = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."ab 1/,.:=@"), minLength: 1, maxLength: 30 }),
  fc.constantFrom(
    "2026/ (checked by security)",
    "or is A",
    "of table",
    "A or B",
    "is",
    "read",
    "in bucket b",
    " 2026/ ",
  ),
);
const values = fc.array(value, { minLength: 1, maxLength: 4 });
const asks = fc.oneof(
  values.map((keys) => ({
    kind: "s3-prefix",
    arn: "arn:aws:s3:::data-1/claims/*",
    access: "read",
    scope: { keys },
  })),
  value.map((prefix) => ({
    kind: "s3-prefix",
    arn: "arn:aws:s3:::data-1/claims/*",
    access: "list",
    scope: { prefix },
  })),
  fc
    .tuple(values, fc.uniqueArray(fc.constantFrom("id", "items", "of", "name"), { minLength: 1 }))
    .map(([leadingKeys, attributes]) => ({
      kind: "dynamodb-table",
      arn: "arn:aws:dynamodb:eu-west-1:000000000000:table/customers",
      access: "read",
      scope: { leadingKeys, attributes },
    })),
);

describe("names and values in the sentences", () => {
  it("are all marked, so that none passes for words of ours", () => {
    fc.assert(
      fc.property(asks, (asked) => {
        const parsed = parseScope(asked.kind as Ask["kind"], asked.scope);
        fc.pre(parsed.success);
        const ask = { ...asked, scope: parsed.data } as Ask;
        const sentences = describeAsk(ask);
        const pieces = sentences.map((each) => piecesOf(each, literalsOf(statementsOf(ask))));
        expect(pieces.map((each) => each.map(({ text }) => text).join(""))).toEqual(sentences);
        const marked = pieces.map((each) => each.flatMap(({ text, literal }) => (literal ? [text] : [])));
        for (const one of Object.values(parsed.data).flat()) {
          expect(marked.flat().some((text) => text.includes(one))).toBe(true);
        }
        const ours = pieces.flat().flatMap(({ text, literal }) => (literal ? [] : [text]));
        expect(ours.join(" ")).not.toMatch(/checked by security|data-1|customers|2026|[0-9@=]/);
      }),
    );
  });

  it("leave our own words as they are in an ordinary ask", () => {
    expect(piecesOf(view.possible[0] ?? "", literalsOf(view.statements))).toEqual([
      { text: "read and list every object in bucket ", literal: false },
      { text: "latchkey-example-production-000000000000", literal: true },
      { text: " whose key begins with ", literal: false },
      { text: "claims/2026/", literal: true },
    ]);
  });
});
