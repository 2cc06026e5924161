import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import * as z from "zod";
import { canonicalJson, sha256Hex } from "../canonical.ts";
import { grantId } from "../ids.ts";
import { merkleRoot } from "./merkle.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime({ precision: 3 });
const tree = z.strictObject({ count: z.int().min(0), root: hash });

/** One version of an object as the bucket lists it, with the SHA-256 of what it holds; or a delete marker, which has nothing. */
const listedObject = z.union([
  z.strictObject({
    key: z.string().min(1),
    versionId: z.string().min(1),
    bytes: z.int().min(0),
    sha256: hash,
  }),
  z.strictObject({ key: z.string().min(1), versionId: z.string().min(1), deleteMarker: z.literal(true) }),
]);
export type ListedObject = z.infer<typeof listedObject>;

/** Where a grant's chain stands in the table: the sequence and hash of its last event. */
const chainHead = z.strictObject({ grant: grantId, sequence: z.int().min(1), hash });
export type ChainHead = z.infer<typeof chainHead>;

/**
 * What is signed: an hour of the record, small enough to be mailed. Its two lists are committed to by the heads of their
 * Merkle trees (leaves: the canonical JSON of each item), so that a proof about one grant shows nothing of the others.
 */
export const statement = z.strictObject({
  v: z.literal(1),
  /** The bucket: a digest of one record is none of another. */
  record: z.string().min(1),
  /** Counts from 1 without gaps. */
  number: z.int().min(1),
  /** Covers object versions stored, and grants that moved, at or after `from` and before `to`; whole hours. */
  from: instant,
  to: instant,
  madeAt: instant,
  /** SHA-256 of the previous statement's canonical JSON; null in the first. */
  previous: hash.nullable(),
  objects: tree,
  heads: tree,
});
export type Statement = z.infer<typeof statement>;

/** A digest as it is kept, one file an hour, in canonical JSON. Objects sorted by key and version, heads by grant. */
export const digestFile = z.strictObject({
  /** Compact JWS (RFC 7515) over the canonical JSON of the statement: ES256, `kid`, `typ`. */
  jws: z.string().min(1),
  objects: z.array(listedObject),
  heads: z.array(chainHead),
});
export type DigestFile = z.infer<typeof digestFile>;

/** The digest's key in the bucket, by the hour that it covers: `digests/dt=2026-11-21/2026-11-21T13Z.json`. */
export const digestKey = ({ from }: Pick<Statement, "from">): string =>
  `digests/dt=${from.slice(0, 10)}/${from.slice(0, 13)}Z.json`;

/** Both lists as the statement commits to them. */
export const treesOf = (objects: readonly ListedObject[], heads: readonly ChainHead[]) => ({
  objects: { count: objects.length, root: merkleRoot(objects.map(canonicalJson)) },
  heads: { count: heads.length, root: merkleRoot(heads.map(canonicalJson)) },
});

/** What the next statement has as `previous`. */
export const statementHash = (signed: Statement): string => sha256Hex(canonicalJson(signed));

const TYPE = "latchkey-digest";
const header = z.strictObject({ alg: z.literal("ES256"), kid: z.string().min(1), typ: z.literal(TYPE) });
const base64url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64url");

/** What a key signs: header and payload of the compact JWS, with the dot between. */
export const signingInput = (signed: Statement, kid: string): string =>
  `${base64url(canonicalJson({ alg: "ES256", kid, typ: TYPE }))}.${base64url(canonicalJson(statement.parse(signed)))}`;

/** The whole JWS. `signature`: r and s, 32 bytes each (RFC 7518, section 3.4), which is not the DER that KMS returns. */
export const jwsOf = (input: string, signature: Uint8Array): string => {
  if (signature.length !== 64) throw new RangeError("an ES256 signature has 64 bytes");
  return `${input}.${base64url(signature)}`;
};

export type PublicKey = { kid: string; key: KeyObject };

/** A public key and its id: the SHA-256 thumbprint of RFC 7638. Throws unless it is a P-256 key in PEM. */
export function publicKeyOf(pem: string): PublicKey {
  const key = createPublicKey(pem);
  const { kty, crv, x, y } = key.export({ format: "jwk" });
  if (kty !== "EC" || crv !== "P-256") throw new TypeError("not a P-256 public key");
  const kid = createHash("sha256").update(canonicalJson({ crv, kty, x, y })).digest("base64url");
  return { kid, key };
}

export type OpenedStatement =
  | { ok: true; statement: Statement; kid: string }
  | { ok: false; why: "malformed" | "unknown_version" | "unknown_key" | "bad_signature"; kid?: string };

function jsonIn(part: string): unknown {
  const bytes = Buffer.from(part, "base64url");
  // One text for one value: padding, other alphabets and trailing bits would be other texts of the same statement.
  if (bytes.toString("base64url") !== part) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return canonicalJson(value) === bytes.toString("utf8") ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Checks a JWS against the keys that the verifier brought, and reads its statement. Nothing in it is believed before. */
export function openStatement(jws: string, keys: readonly PublicKey[]): OpenedStatement {
  const [head = "", payload = "", signature = "", ...more] = jws.split(".");
  const parsed = header.safeParse(jsonIn(head));
  if (!parsed.success || more.length > 0) return { ok: false, why: "malformed" };
  const { kid } = parsed.data;
  const found = keys.find((each) => each.kid === kid);
  if (!found) return { ok: false, why: "unknown_key", kid };
  const bytes = Buffer.from(signature, "base64url");
  const isSigned =
    bytes.length === 64 &&
    bytes.toString("base64url") === signature &&
    verify("sha256", Buffer.from(`${head}.${payload}`), { key: found.key, dsaEncoding: "ieee-p1363" }, bytes);
  if (!isSigned) return { ok: false, why: "bad_signature", kid };
  const value = jsonIn(payload);
  const body = statement.safeParse(value);
  if (body.success) return { ok: true, statement: body.data, kid };
  const isLater = typeof value === "object" && value !== null && "v" in value && value.v !== 1;
  return { ok: false, why: isLater ? "unknown_version" : "malformed", kid };
}
