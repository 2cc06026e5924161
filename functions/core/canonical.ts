import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** Canonical JSON by RFC 8785: one text for one value. Throws on what JSON cannot hold (undefined, NaN, BigInt). */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("value has no JSON form");
  return text;
}

/** SHA-256 of a text (UTF-8), in lower-case hex. */
export function sha256Hex(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** `sha256:<hex>` of a value's canonical JSON. */
export function digestOf(value: unknown): string {
  return `sha256:${sha256Hex(canonicalJson(value))}`;
}
