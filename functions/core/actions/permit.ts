import { createLocalJWKSet, errors, type JWK, jwtVerify } from "jose";
import * as z from "zod";
import { jwsOf } from "../audit/digest.ts";
import { canonicalJson } from "../canonical.ts";
import { grantId } from "../ids.ts";

const TYPE = "latchkey-permit+jwt";
const seconds = z.int().min(0);

/** What a permit says: one action, by one agent, for one audience, with one digest of parameters, for some minutes. */
const permitClaims = z.strictObject({
  /** The approval API's address: where the keys are published. */
  iss: z.string(),
  aud: z.string(),
  /** The agent that asked. */
  sub: z.string(),
  type: z.string(),
  /** `sha256:…` of the canonical parameters (RFC 8785). */
  parametersDigest: z.string(),
  grant: grantId,
  policyVersion: z.string(),
  nbf: seconds,
  exp: seconds,
  iat: seconds,
  jti: z.string().min(1),
});
export type PermitClaims = z.infer<typeof permitClaims>;

const base64url = (text: string): string => Buffer.from(text, "utf8").toString("base64url");

/** What the key signs: header and payload of the compact JWS (RFC 7515), with the dot between. */
export const permitInput = (claims: PermitClaims, kid: string): string =>
  [{ alg: "ES256", kid, typ: TYPE }, permitClaims.parse(claims)]
    .map((part) => base64url(canonicalJson(part)))
    .join(".");

/** The permit. `signature`: r and s, 32 bytes each (RFC 7518 §3.4). */
export const permitOf = (input: string, signature: Uint8Array): string => jwsOf(input, signature);

export type OpenedPermit = { ok: true; claims: PermitClaims } | { ok: false; why: "forged" | "expired" };

/**
 * Who signed a permit and whether it is in its time (epoch ms `at`); nothing in it is believed before. The algorithm is
 * ours and not the header's (RFC 8725 §3.1), the key one of ours by `kid`, the type a permit's (§3.11), the claims no more
 * and no less than ours.
 */
export async function openPermit(permit: string, keys: readonly object[], at: number): Promise<OpenedPermit> {
  try {
    const verified = await jwtVerify(permit, createLocalJWKSet({ keys: [...keys] as JWK[] }), {
      algorithms: ["ES256"],
      typ: TYPE,
      currentDate: new Date(at),
    });
    const claims = permitClaims.safeParse(verified.payload);
    const { kid } = verified.protectedHeader;
    return claims.success && kid ? { ok: true, claims: claims.data } : { ok: false, why: "forged" };
  } catch (fault) {
    if (!(fault instanceof errors.JOSEError)) throw fault;
    return { ok: false, why: fault instanceof errors.JWTExpired ? "expired" : "forged" };
  }
}
