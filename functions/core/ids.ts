import * as z from "zod";

// RFC 4648 base32, lower case: no 0/1/8/9 to confuse with letters, safe in session names, keys and URLs.
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** 16 base32 characters: 80 bits, so that ids cannot be guessed and fit an STS session name. */
export const grantId = z.string().regex(/^[a-z2-7]{16}$/, "must be 16 base32 characters");

/** Encodes bytes as base32 characters, 5 bits each; `length` characters need at least `length * 5 / 8` bytes. */
export function base32(bytes: Uint8Array, length: number): string {
  if (bytes.length * 8 < length * 5)
    throw new RangeError(`${length} characters need more than ${bytes.length} bytes`);
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5 && text.length < length) {
      bits -= 5;
      text += ALPHABET[(value >>> bits) & 31];
      value &= (1 << bits) - 1;
    }
  }
  return text;
}

/** A new id of 16 characters from 10 random bytes. */
export const idFrom = (bytes: Uint8Array): string => base32(bytes, 16);
