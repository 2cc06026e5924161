import { createHmac, hkdfSync } from "node:crypto";
import { base32 } from "../ids.ts";
import { classes, type FieldClass } from "./classes.ts";
import { normalised } from "./normalise.ts";

/** 26 characters of 5 bits: 130 bits of the HMAC, too many for two values ever to meet. */
const TOKEN_LENGTH = 26;
/** Enough bytes for a random one. */
export const TOKEN_BYTES = 17;
const SECRET_BYTES = 32;

/** Names the scheme in every key: another way of normalising or deriving is another version, and its tokens differ. */
const VERSION = "latchkey masking v1";

export type Tokens = {
  /** HMAC-SHA-256 of the normalised value under the class's key; `use` separates what is derived from one value. */
  mac: (name: FieldClass | "key", value: string, use?: string) => Buffer;
  /** `email_` and 26 base32 characters. */
  text: (name: FieldClass, value: string) => string;
  /** For a value that is a number: an integer of 16 digits, whatever the value. */
  number: (name: FieldClass, value: number | bigint) => number;
};

/**
 * Tokens of one grant. Each class has a key of its own by HKDF (RFC 5869) from the grant's secret, so that a token tells
 * nothing of another class, and nobody who lacks the secret can try out values.
 */
export function tokensFor(secret: Uint8Array, grantId: string): Tokens {
  if (secret.length !== SECRET_BYTES) throw new RangeError(`a grant's secret has ${SECRET_BYTES} bytes`);
  const keys = new Map<string, Buffer>();
  const keyOf = (name: FieldClass | "key"): Buffer => {
    const known = keys.get(name);
    if (known) return known;
    const key = Buffer.from(hkdfSync("sha256", secret, VERSION, JSON.stringify([grantId, name]), 32));
    keys.set(name, key);
    return key;
  };
  const mac: Tokens["mac"] = (name, value, use = "token") =>
    createHmac("sha256", keyOf(name))
      .update(`${use}\0${name === "key" ? value : normalised(name, value)}`, "utf8")
      .digest();
  return {
    mac,
    text: (name, value) => classes[name].prefix + base32(mac(name, value), TOKEN_LENGTH),
    // From 10^15 on, below 2·10^15: safe as a double, and no payment card begins with 1 and has 16 digits.
    number: (name, value) =>
      1_000_000_000_000_000 +
      Number(mac(name, String(value), "number").readBigUInt64BE() % 1_000_000_000_000_000n),
  };
}

/** The name that a member, or a key of a map, has instead of one that no rule knows. */
export const keyToken = (tokens: Tokens, key: string): string =>
  `key_${base32(tokens.mac("key", key), TOKEN_LENGTH)}`;
/** A text of a token's length that means nothing. */
export const randomToken = (prefix: string, bytes: Uint8Array): string =>
  prefix + base32(bytes, TOKEN_LENGTH);
