import * as z from "zod";
import { canonicalJson, sha256Hex } from "../../../functions/core/canonical.ts";

const count = z.int().min(0);
const id = z.string().regex(/^[a-z][a-z0-9-]{1,63}$/);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** What is in a pack beside its manifest. `used.csv` only where use was on record. */
export const sheetNames = [
  ...([
    "asked.csv",
    "decided.csv",
    "effective.csv",
    "exceptions.csv",
    "policy-changes.csv",
    "used.csv",
  ] as const),
] as const;
export const PAGE = "index.html";
export const MANIFEST = "manifest.json";
export const SIGNATURE = "signature.jwt";
export const KEYS = "jwks.json";
export const signOffFile = (group: string): string => `sign-off-${group}.json`;
export const signOffPermit = (group: string): string => `sign-off-${group}.jwt`;

/** What an owner group signs off: how much there is of its resources. */
const groupCounts = z.strictObject({ agents: count, grants: count, exceptions: count });

/** What an access review consists of. Its hash is what is signed, and signed off. */
const manifest = z.strictObject({
  v: z.literal(1),
  /** So that no other JSON passes for one. */
  of: z.literal("latchkey-access-review"),
  month: z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/),
  /** False: the month was not over, and this is what was on record until then. */
  isOver: z.boolean(),
  madeAt: z.iso.datetime(),
  latchkey: z.string(),
  /** The policy that `effective.csv` evaluates, the one it is compared with, and the last that the month's asks were decided under. */
  policyVersion: digest,
  previousVersion: digest.optional(),
  lastInForce: z.string().optional(),
  counts: z.strictObject({
    ...{ agents: count, resources: count, permissions: count, grants: count, words: count },
    ...{ exceptions: count, changes: count, calls: count.optional() },
  }),
  groups: z.record(id, groupCounts),
  files: z.partialRecord(
    z.enum([PAGE, ...sheetNames]),
    z.strictObject({ bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});
export type Manifest = z.infer<typeof manifest>;

/** The one text that a manifest has (RFC 8785), and the hash of it that is signed. */
export const manifestText = (each: Manifest): string => canonicalJson(manifest.parse(each));
export const manifestDigest = (text: string): string => `sha256:${sha256Hex(text)}`;

export type ReadManifest =
  | { ok: true; manifest: Manifest; digest: string }
  | { ok: false; why: "later" | "not" };

/** Reads a manifest back: its version, its members, and that its text is the canonical one. */
export function readManifest(text: string): ReadManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, why: "not" };
  }
  const isLater = z.looseObject({ of: z.literal("latchkey-access-review"), v: z.int().min(2) });
  if (isLater.safeParse(value).success) return { ok: false, why: "later" };
  const read = manifest.safeParse(value);
  if (!read.success || canonicalJson(read.data) !== text) return { ok: false, why: "not" };
  return { ok: true, manifest: read.data, digest: manifestDigest(text) };
}

export const SIGN = "sign-access-review";
export const SIGN_OFF = "sign-off-access-review";

/** What the signature is over: the parameters of the action whose permit it is. */
export const signParameters = ({ month, counts }: Manifest, digestOfIt: string) => ({
  ...{ month, manifest: digestOfIt },
  ...{ permissions: counts.permissions, grants: counts.grants, exceptions: counts.exceptions },
});

/** What a group signs off; undefined for one that owns nothing in this review. */
export function signOffParameters({ month, groups }: Manifest, digestOfIt: string, ownerGroup: string) {
  const counts = Object.hasOwn(groups, ownerGroup) ? groups[ownerGroup] : undefined;
  return counts && { month, manifest: digestOfIt, ownerGroup, ...counts };
}
