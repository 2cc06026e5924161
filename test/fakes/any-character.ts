import fc from "fast-check";

/**
 * Any code point but half a surrogate, as the unit of `fc.string`: its own `unit: "binary"`, which for each arbitrary that
 * is made writes a table of the whole of Unicode.
 */
export const anyCharacter = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map(
    (codePoint) => String.fromCodePoint(codePoint),
    (character) => {
      const codePoint = typeof character === "string" ? character.codePointAt(0) : undefined;
      if (codePoint === undefined || String.fromCodePoint(codePoint) !== character)
        throw new Error("not one");
      return codePoint;
    },
  );
