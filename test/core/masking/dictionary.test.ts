import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { tokensFor } from "../../../functions/core/masking/tokens.ts";
import { GRANT, SECRET } from "./fixtures.ts";

/** All there are of customers' numbers of six digits: what a reader of masked rows can enumerate in seconds. */
const DOMAIN = 1_000_000;
const customer = (number: number): string => `C${String(number).padStart(6, "0")}`;
const WANTED = Array.from({ length: 50 }, (_, index) => customer((index * 19_937 + 7) % DOMAIN));

describe("a dictionary of a million values", () => {
  it("I-62 recovers every value from plain SHA-256, and none from a token without the grant's secret (A-41)", () => {
    const plain = new Set(WANTED.map((value) => createHash("sha256").update(value).digest("hex")));
    const tokens = tokensFor(SECRET, GRANT);
    const masked = new Set(WANTED.map((value) => tokens.text("id", value)));
    // What who lacks the secret can do: the same scheme, the same grant, a secret of their own.
    const theirs = tokensFor(new Uint8Array(32).fill(8), GRANT);
    const recovered = { plain: 0, masked: 0 };
    for (let number = 0; number < DOMAIN; number += 1) {
      const guess = customer(number);
      if (plain.has(createHash("sha256").update(guess).digest("hex"))) recovered.plain += 1;
      if (masked.has(theirs.text("id", guess))) recovered.masked += 1;
    }
    expect(recovered).toEqual({ plain: WANTED.length, masked: 0 });
    // That the attack is one: with the secret, which nobody but the broker has, it recovers all.
    expect(WANTED.filter((value) => masked.has(tokens.text("id", value)))).toHaveLength(WANTED.length);
  });
});
