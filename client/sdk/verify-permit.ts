import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import * as z from "zod";
import { digestOf } from "../../functions/core/canonical.ts";
import { grantId } from "../../functions/core/ids.ts";
import { settledParameters } from "../access/action.ts";
import { LatchkeyError } from "../errors.ts";

/** Why a permit is none for what is about to be done. */
export type PermitFault =
  | "malformed"
  | "key"
  | "signature"
  | "issuer"
  | "audience"
  | "type"
  | "parameters"
  | "not_yet"
  | "expired";

/** A permit that is not good here. `reason` is for programs; nothing of the permit is in it. */
export class PermitError extends LatchkeyError {
  readonly reason: PermitFault;

  constructor(reason: PermitFault, message: string) {
    super(reason === "expired" ? "over" : "refused", message);
    this.name = "PermitError";
    this.reason = reason;
  }
}

/** What a permit says, once it is proved who signed it. */
export type Permit = {
  /** Of the action: the grant that it is. */
  id: string;
  /** The permit's own. */
  permitId: string;
  type: string;
  agent: string;
  audience: string;
  issuer: string;
  parametersDigest: string;
  policyVersion: string;
  notBefore: Date;
  expiresAt: Date;
};

export type VerifyOptions = {
  /** The action type that is performed just here. */
  type: string;
  /** Exactly what is going to be done. */
  parameters: object;
  /** Who this is: the performing system's id in the catalogue. */
  audience: string;
  /** Latchkey's approval API with its stage, as its deployment says. */
  issuer: string;
  /** Its public keys, where they are at hand; else fetched from `<issuer>/.well-known/jwks.json`, and kept for minutes. */
  jwks?: { keys: Record<string, unknown>[] };
  /** How far apart clocks may be, in seconds: 5, at most 60. */
  clockToleranceSeconds?: number;
  /** Of the check; absent: now. */
  at?: Date;
};

const TYP = "latchkey-permit+jwt";
const MOST_TOLERANCE = 60;
const LONGEST = 4_096;

const payload = z.looseObject({
  ...{ iss: z.string(), aud: z.string(), sub: z.string(), jti: z.string().min(1), grant: grantId },
  ...{ type: z.string(), parametersDigest: z.string(), policyVersion: z.string() },
  ...{ nbf: z.int(), exp: z.int(), iat: z.int() },
});

const sentences: Record<PermitFault, string> = {
  malformed: "This is no permit of Latchkey's: do nothing with it.",
  key: "The permit is signed with a key that is not Latchkey's: do nothing with it.",
  signature: "The permit's signature is wrong: do nothing with it.",
  issuer: "The permit is of another Latchkey: do nothing with it.",
  audience: "The permit is for another system: hand it to that.",
  type: "The permit is for another action: do nothing with it.",
  parameters: "The permit is for other parameters: do exactly what was approved, or ask for this.",
  not_yet: "The permit is not good yet: is this machine's clock slow?",
  expired: "The permit has expired: ask for a new one.",
};
const fault = (reason: PermitFault): PermitError => new PermitError(reason, sentences[reason]);

const byClaim: Record<string, PermitFault> = {
  iss: "issuer",
  aud: "audience",
  nbf: "not_yet",
  exp: "expired",
};

/** What jose found, by its own codes. https://github.com/panva/jose/blob/main/docs/util/errors/README.md */
function faultOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return fault("expired");
  if (error instanceof errors.JWTClaimValidationFailed)
    return fault((error.reason === "check_failed" && byClaim[error.claim]) || "malformed");
  if (error instanceof errors.JWSSignatureVerificationFailed) return fault("signature");
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return fault("key");
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || !isJose(error))
    return new LatchkeyError("unavailable", "Latchkey's public keys cannot be had just now: try again.", {
      cause: error,
    });
  return fault("malformed");
}
// A plain JOSEError is what a key set says that did not come as it should.
const isJose = (error: unknown): boolean =>
  error instanceof errors.JOSEError && error.code !== errors.JOSEError.code;

/** Kept by issuer, so that keys are fetched once in a while and not for each permit; of no more than a program has. */
const remote = new Map<string, ReturnType<typeof createRemoteJWKSet>>();
const MOST_ISSUERS = 16;

function keysAt(issuer: string): JWTVerifyGetKey {
  const known = remote.get(issuer);
  if (known) return known;
  const url = URL.canParse(issuer) ? new URL(`${issuer}/.well-known/jwks.json`) : undefined;
  const isLocal = url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (!url || (url.protocol !== "https:" && !isLocal))
    throw new LatchkeyError("usage", "issuer: must be the https:// address of Latchkey's approval API.");
  const keys = createRemoteJWKSet(url);
  if (remote.size >= MOST_ISSUERS) remote.clear();
  remote.set(issuer, keys);
  return keys;
}

/**
 * Looks at a permit without asking the broker: who signed it, for whom, for which action with which parameters, until
 * when. That it was not used, revoked or stopped by a lockdown only its redemption tells, which is also what makes it once:
 * verify early where you like, and redeem (`performPermitted`) right before you act. Throws `PermitError`.
 */
export async function verifyPermit(permit: string, options: VerifyOptions): Promise<Permit> {
  const { type, parameters, audience, issuer, jwks, clockToleranceSeconds = 5, at } = options;
  if (permit.length > LONGEST) throw fault("malformed");
  if (![type, audience, issuer].every((each) => typeof each === "string" && each !== ""))
    throw new LatchkeyError("usage", "Say the type, the audience and the issuer that a permit has to be of.");
  const digest = digestOf(settledParameters(parameters));
  const keys = jwks ? localKeys(jwks) : keysAt(issuer);
  const verified = await jwtVerify(permit, keys, {
    ...{ algorithms: ["ES256"], typ: TYP, audience, issuer },
    requiredClaims: ["iss", "aud", "sub", "exp", "nbf", "iat", "jti"],
    clockTolerance: Math.max(0, Math.min(MOST_TOLERANCE, clockToleranceSeconds)),
    currentDate: at ?? new Date(),
  }).catch((error: unknown) => {
    throw faultOf(error);
  });
  // A key that is not named would be any that fits.
  if (typeof verified.protectedHeader.kid !== "string") throw fault("key");
  const { kid } = verified.protectedHeader;
  const published: readonly { kid?: unknown; exp?: unknown }[] =
    (jwks ?? remote.get(issuer)?.jwks())?.keys ?? [];
  const retired = published.find((key) => key.kid === kid)?.exp;
  // Latchkey says of each key until when a permit of its can be good: one that is newer somebody else has made.
  if (typeof retired === "number" && (at ?? new Date()).getTime() >= retired * 1000) throw fault("key");
  const read = payload.safeParse(verified.payload);
  if (!read.success) throw fault("malformed");
  const claims = read.data;
  if (claims.type !== type) throw fault("type");
  if (claims.parametersDigest !== digest) throw fault("parameters");
  return {
    ...{ id: claims.grant, permitId: claims.jti, type, agent: claims.sub, audience, issuer },
    ...{ parametersDigest: digest, policyVersion: claims.policyVersion },
    ...{ notBefore: new Date(claims.nbf * 1000), expiresAt: new Date(claims.exp * 1000) },
  };
}

function localKeys(jwks: NonNullable<VerifyOptions["jwks"]>): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(jwks as Parameters<typeof createLocalJWKSet>[0]);
  } catch {
    throw new LatchkeyError("usage", "jwks: must be what Latchkey publishes at /.well-known/jwks.json.");
  }
}
