import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import { canonicalJson } from "../canonical.ts";

/**
 * Where a reading goes on. It may hold names of objects and key values, which are personal data as well: so it is
 * encrypted, with a key derived from the grant's own secret, and bound to the grant and to what is being read. Another
 * grant's, or another question's, or a changed one, does not open (AES-256-GCM).
 */
const NONCE = 12;
const TAG = 16;
/** Positions are as long as multiples of it, so that a cursor does not say how long a key or a name is. */
const PADDED = 256;

const keyFor = (secret: Uint8Array, grantId: string): Buffer =>
  Buffer.from(hkdfSync("sha256", secret, grantId, "latchkey masked-read cursor v1", 32));

export type CursorOf = { secret: Uint8Array; grantId: string; reading: unknown };

const bound = ({ grantId, reading }: CursorOf) => Buffer.from(canonicalJson({ grant: grantId, reading }));

/** A position as text that only this grant's next page can use. */
export function sealCursor(position: unknown, of: CursorOf, random: (bytes: number) => Uint8Array): string {
  const nonce = random(NONCE);
  const cipher = createCipheriv("aes-256-gcm", keyFor(of.secret, of.grantId), nonce).setAAD(bound(of));
  const text = JSON.stringify(position);
  // Spaces behind JSON are part of it: RFC 8259, section 2.
  const padding = " ".repeat((PADDED - (Buffer.byteLength(text) % PADDED)) % PADDED);
  const data = Buffer.concat([cipher.update(text + padding, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), data]).toString("base64url");
}

/** The position in a cursor; undefined when it is not one of this grant and this reading. */
export function openCursor(cursor: string, of: CursorOf): unknown {
  const bytes = Buffer.from(cursor, "base64url");
  if (bytes.length <= NONCE + TAG) return undefined;
  try {
    const cipher = createDecipheriv("aes-256-gcm", keyFor(of.secret, of.grantId), bytes.subarray(0, NONCE), {
      authTagLength: TAG,
    })
      .setAAD(bound(of))
      .setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    const text = Buffer.concat([cipher.update(bytes.subarray(NONCE + TAG)), cipher.final()]);
    return JSON.parse(text.toString("utf8"));
  } catch {
    return undefined;
  }
}
