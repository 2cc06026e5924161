import { timingSafeEqual } from "node:crypto";
import { sha256Hex } from "../canonical.ts";

/** The secret of a link: 256 random bits as base64url. Only in the mail; the table has its hash. */
export const LINK_TOKEN = /^[A-Za-z0-9_-]{43}$/;

export const tokenHash = (token: string): string => sha256Hex(`latchkey link ${token}`);
/** The code's hash is salted with the token, which is not stored: a reader of the table cannot try out codes. */
export const codeHash = (token: string, code: string): string => sha256Hex(`latchkey code ${token} ${code}`);

/** Compares two hex hashes in constant time; hashes of other lengths are different. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a, "hex");
  const right = Buffer.from(b, "hex");
  return left.length === 32 && right.length === 32 && timingSafeEqual(left, right);
}

const FREE_TRIES = 5;
const SLOW_MS = 30_000;

/** After five wrong codes a link answers one try in 30 seconds. It never locks: a scanner must not shut the approver out. */
export function mustSlowDown(
  tries: { wrongCodes: number; lastWrongAt: number | undefined },
  now: number,
): boolean {
  return (
    tries.wrongCodes >= FREE_TRIES && tries.lastWrongAt !== undefined && now < tries.lastWrongAt + SLOW_MS
  );
}
