import { createHash } from "node:crypto";
import { decodeJwt, decodeProtectedHeader } from "jose";
import * as z from "zod";
import { openPermit, type PermitClaims } from "../../../functions/core/actions/permit.ts";
import { type JwksView, jwksView } from "../../../functions/core/api/jwks-view.ts";
import { digestOf } from "../../../functions/core/canonical.ts";

export type Keys = JwksView["keys"];

/** A key set as Latchkey publishes it; undefined for anything else. */
export function keysIn(text: string): Keys | undefined {
  try {
    const read = jwksView.safeParse(JSON.parse(text));
    return read.success && read.data.keys.length > 0 ? read.data.keys : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 7638's thumbprint of a P-256 key, by which people compare keys. */
export const thumbprint = ({ crv, kty, x, y }: Keys[number]): string =>
  createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");

const said = z.looseObject({ iat: z.int().min(0) });

export type Opened =
  | { ok: true; claims: PermitClaims; kid: string }
  | { ok: false; why: "unreadable" | "unknown_key" | "old_key" | "forged" | "other" };

/**
 * Opens a permit that is kept as a signature. It is judged as of when it was signed: that it can no longer be redeemed is no
 * matter. `parameters`: what it must be over, as an action of that type. A key that Latchkey had retired by then is no key:
 * whoever got hold of it later signs with it too.
 */
export async function openSignature(
  jws: string,
  { keys, type, parameters }: { keys: Keys; type: string; parameters: object },
): Promise<Opened> {
  let signedAt: number;
  let kid: string | undefined;
  try {
    ({ kid } = decodeProtectedHeader(jws));
    signedAt = said.parse(decodeJwt(jws)).iat;
  } catch {
    return { ok: false, why: "unreadable" };
  }
  const key = keys.find((each) => each.kid === kid);
  if (!key) return { ok: false, why: "unknown_key" };
  const opened = await openPermit(jws, keys, signedAt * 1000);
  if (!opened.ok) return { ok: false, why: "forged" };
  if (signedAt < key.nbf || (key.exp !== undefined && signedAt >= key.exp))
    return { ok: false, why: "old_key" };
  const { claims } = opened;
  if (claims.type !== type || claims.parametersDigest !== digestOf(parameters))
    return { ok: false, why: "other" };
  return { ok: true, claims, kid: key.kid };
}
