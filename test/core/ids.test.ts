import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base32, grantId, idFrom } from "../../functions/core/ids.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** The way back, from RFC 4648 §6. */
function bytesOf(text: string): Uint8Array {
  const bits = [...text].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

describe("an id", () => {
  it("is 16 letters and digits that nobody confuses, from all of 80 bits", () => {
    fc.assert(
      fc.property(bytes(10), (random) => {
        const id = idFrom(random);
        expect(id).toMatch(/^[a-z2-7]{16}$/);
        expect(grantId.parse(id)).toBe(id);
        expect(bytesOf(id)).toEqual(random);
      }),
    );
  });

  it("differs whenever the bytes differ", () => {
    fc.assert(
      fc.property(
        bytes(10),
        bytes(10),
        (a, b) => (idFrom(a) === idFrom(b)) === a.every((x, i) => x === b[i]),
      ),
    );
  });

  it.each([
    "",
    "k7m2qx4zabcd234",
    "k7m2qx4zabcd23456",
    "K7M2QX4ZABCD2345",
    "k7m2qx4zabcd2341",
    "k7m2qx4zabcd234\n",
    "k7m2qx4zabcd2.*.",
    "k7m2qx4zabcd234é",
  ])("is not %j", (text) => expect(grantId.safeParse(text).success).toBe(false));
});

describe("base32", () => {
  // RFC 4648 §10, in lower case and without padding.
  it.each([
    ["f", "my"],
    ["fo", "mzxq"],
    ["foo", "mzxw6"],
    ["foob", "mzxw6yq"],
    ["fooba", "mzxw6ytb"],
    ["foobar", "mzxw6ytboi"],
  ])("of %s is %s, as far as whole groups of five bits go", (text, encoded) => {
    const whole = Math.floor((text.length * 8) / 5);
    expect(base32(Buffer.from(text), whole)).toBe(encoded.slice(0, whole));
  });

  it("of five bytes is the eight characters of a code", () => {
    fc.assert(
      fc.property(bytes(5), (random) => {
        expect(bytesOf(base32(random, 8))).toEqual(random);
      }),
    );
  });

  it("refuses to stretch too few bytes", () => {
    expect(() => base32(new Uint8Array(9), 16)).toThrow(RangeError);
    expect(() => idFrom(new Uint8Array(0))).toThrow(RangeError);
    expect(base32(new Uint8Array(10), 16)).toBe("a".repeat(16));
  });
});
