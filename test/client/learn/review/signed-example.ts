import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { RecordedGrant } from "../../../../client/learn/record/grant.ts";
import {
  type Manifest,
  manifestDigest,
  manifestText,
  SIGN,
  SIGN_OFF,
  signOffParameters,
  signParameters,
} from "../../../../client/learn/review/manifest.ts";
import type { SignOff } from "../../../../client/learn/review/sign-off.ts";
import { permitInput, permitOf } from "../../../../functions/core/actions/permit.ts";
import { publicKeyOf } from "../../../../functions/core/audit/digest.ts";
import { jwksOf } from "../../../../functions/core/audit/jwks.ts";
import { canonicalJson, digestOf, sha256Hex } from "../../../../functions/core/canonical.ts";
import { grantNo, grantOf } from "./example.ts";

/** A key as the permit key is, and its set as it is published. */
export function newKey(notBefore = "2026-01-01T00:00:00Z") {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return { privateKey, pem, notBefore, kid: publicKeyOf(pem).kid };
}
export type Key = ReturnType<typeof newKey>;
export const setOf = (...keys: Key[]) => jwksOf(keys, 3_660);

const SIGNED_AT = Date.UTC(2026, 10, 3, 7) / 1000;

/** A permit over exactly these parameters, as the broker issues it. Long over by now. */
export function permit(
  key: { privateKey: KeyObject; kid: string },
  type: string,
  parameters: object,
  grant: string,
  at = SIGNED_AT,
): string {
  const claims = {
    ...{ iss: "https://approvals.example/v1", aud: "agent", sub: "access-reviewer", type, grant },
    ...{ parametersDigest: digestOf(parameters), policyVersion: `sha256:${"1".repeat(64)}` },
    ...{ nbf: at, iat: at, exp: at + 900, jti: `${grant}.1` },
  };
  const input = permitInput(claims, key.kid);
  const signature = sign("sha256", Buffer.from(input), { key: key.privateKey, dsaEncoding: "ieee-p1363" });
  return permitOf(input, signature);
}

export const SHEETS = {
  "asked.csv": "grant\r\naaaa\r\n",
  "decided.csv": "person\r\npriya\r\n",
  "effective.csv": "agent\r\neval-runner\r\n",
  "exceptions.csv": "at\r\n",
  "index.html": "<!doctype html>",
  "policy-changes.csv": "what\r\n",
};

export const manifestFor = (month = "2026-10"): Manifest => ({
  ...{
    v: 1,
    of: "latchkey-access-review",
    month,
    isOver: true,
    madeAt: "2026-11-03T06:30:00.000Z",
    latchkey: "1.0.0",
  },
  policyVersion: `sha256:${"1".repeat(64)}`,
  counts: { agents: 2, resources: 3, permissions: 4, grants: 5, words: 1, exceptions: 0, changes: 0 },
  groups: {
    "data-owners": { agents: 1, grants: 3, exceptions: 0 },
    security: { agents: 1, grants: 2, exceptions: 0 },
  },
  files: Object.fromEntries(
    Object.entries(SHEETS).map(([name, text]) => [name, { bytes: text.length, sha256: sha256Hex(text) }]),
  ),
});

const SIGNED = grantNo(100);
const SIGNED_OFF = grantNo(101);

/** A signed pack, of which data-owners have signed off their part and security was not asked; and the record of both. */
export function signedPack(key: Key, manifest = manifestFor()) {
  const text = manifestText(manifest);
  const digest = manifestDigest(text);
  const [over, ofGroup] = [
    signParameters(manifest, digest),
    signOffParameters(manifest, digest, "data-owners") ?? {},
  ];
  const kept: SignOff = {
    ...{
      v: 1,
      of: "latchkey-access-review-sign-off",
      month: manifest.month,
      manifest: digest,
      ownerGroup: "data-owners",
    },
    ...{ parametersDigest: digestOf(ofGroup), grant: SIGNED_OFF, state: "signed_off" },
    approved: [{ person: "ingrid", at: "2026-11-03T10:00:00.000Z" }],
  };
  const files = new Map<string, string>([
    ...Object.entries(SHEETS),
    ["manifest.json", text],
    ["signature.jwt", `${permit(key, SIGN, over, SIGNED)}\n`],
    ["jwks.json", JSON.stringify(setOf(key))],
    ["sign-off-data-owners.json", canonicalJson(kept)],
    ["sign-off-data-owners.jwt", permit(key, SIGN_OFF, ofGroup, SIGNED_OFF)],
  ]);
  const asked = { agent: "access-reviewer", owner: "colin", environment: "compliance", access: "perform" };
  const grants: RecordedGrant[] = [
    grantOf({ number: 100, day: 34, ...asked, resource: SIGN, scope: { parameters: canonicalJson(over) } }),
    grantOf({
      ...{
        number: 101,
        day: 34,
        ...asked,
        resource: SIGN_OFF,
        scope: { parameters: canonicalJson(ofGroup) },
      },
      ...{ decision: "needs_approval", plan: [{ stage: 1, group: "data-owners", quorum: 1 }] },
      said: [["ingrid", 3_600_000, "yes"]],
    }),
  ];
  return { manifest, digest, files, kept, grants: new Map(grants.map((grant) => [grant.id, grant])) };
}

/** The files of a pack as they are read from its folder. */
export const found = (files: ReadonlyMap<string, string>, odd: Record<string, string> = {}) => ({
  files: new Map([...files].map(([name, text]) => [name, Buffer.from(text)])),
  odd: new Map(Object.entries(odd)),
});
