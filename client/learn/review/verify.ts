import { createHash } from "node:crypto";
import { type Context, doubt, FAULTS, type Finding, type Given, isAsRecorded, tampered } from "./finding.ts";
import {
  KEYS,
  MANIFEST,
  type Manifest,
  readManifest,
  SIGN,
  SIGNATURE,
  signOffFile,
  signOffPermit,
  signParameters,
} from "./manifest.ts";
import { type PackFiles, textIn } from "./read-pack.ts";
import { keysIn, openSignature, thumbprint } from "./signed.ts";
import { checkGroup, type GroupState } from "./verify-group.ts";

export type Verified = {
  verdict: "whole" | "tampered" | "cannot_tell";
  findings: Finding[];
  manifest?: Manifest;
  digest?: string;
  signed?: { agent: string; at: number; key: string; grant: string };
  groups: GroupState[];
};

/** Every file is as the manifest says, and there is none beside them. */
function checkFiles({ files, odd }: PackFiles, { files: listed, groups }: Manifest): Finding[] {
  const own = Object.keys(groups).flatMap((group) => [signOffFile(group), signOffPermit(group)]);
  const known = new Set([MANIFEST, SIGNATURE, KEYS, ...own, ...Object.keys(listed)]);
  const wrong = Object.entries(listed).flatMap(([name, { bytes, sha256 }]): Finding[] => {
    const is = files.get(name);
    if (!is) return odd.has(name) ? [] : [tampered(`${name} is missing.`)];
    const hash = createHash("sha256").update(is).digest("hex");
    return is.length === bytes && hash === sha256
      ? []
      : [tampered(`${name} was changed: it is not what was signed.`)];
  });
  const more = [...files.keys()].filter((name) => !known.has(name)).sort();
  return [
    ...wrong,
    ...[...odd].map(([name, what]) => tampered(`${name} is ${what}: a pack has plain files alone.`)),
    ...more.map((name) => tampered(`${name} is no part of the review: nobody signed it.`)),
  ];
}

async function checkSignature(
  context: Context,
): Promise<{ findings: Finding[]; signed?: Verified["signed"] }> {
  const { found, keys, grants, manifest, digest, trusted } = context;
  const jws = textIn(found, SIGNATURE)?.trim();
  if (jws === undefined) return { findings: [doubt("It is not signed: make it again with --sign.")] };
  if (trusted.length === 0)
    return { findings: [doubt(`${KEYS} holds no keys of Latchkey's: name a file with --jwks.`)] };
  const parameters = signParameters(manifest, digest);
  const opened = await openSignature(jws, { keys: trusted, type: SIGN, parameters });
  if (!opened.ok) return { findings: [tampered(`${SIGNATURE} ${FAULTS[opened.why]}.`)] };
  const { claims, kid } = opened;
  const key = trusted.find((each) => each.kid === kid);
  const findings: Finding[] = [];
  if (!keys)
    findings.push(
      doubt(
        `It is signed by the key that lies in the pack, which proves nothing of who did: hold it to ${claims.iss}/.well-known/jwks.json, kept elsewhere, with --jwks.`,
      ),
    );
  if (grants && !isAsRecorded(grants.get(claims.grant), SIGN, parameters))
    findings.push(tampered(`The record knows no grant ${claims.grant} by which this review was signed.`));
  const print = key ? thumbprint(key) : "";
  return { findings, signed: { agent: claims.sub, at: claims.iat * 1000, key: print, grant: claims.grant } };
}

const verdictOf = (findings: readonly Finding[]): Verified["verdict"] => {
  if (findings.some(({ weight }) => weight === "tampered")) return "tampered";
  return findings.length > 0 ? "cannot_tell" : "whole";
};

/** Checks a pack offline: its files, its signature, its sign-offs. Pure, but for what jose does with keys. */
export async function verifyPack(given: Given): Promise<Verified> {
  const { found, keys } = given;
  const text = textIn(found, MANIFEST);
  const read = text === undefined ? undefined : readManifest(text);
  if (!read?.ok) {
    const finding =
      read?.why === "later"
        ? doubt("It was made by a later release: use that release's latchkey.")
        : tampered(read ? `${MANIFEST} was changed: it is not as one is made.` : `${MANIFEST} is missing.`);
    return { verdict: verdictOf([finding]), findings: [finding], groups: [] };
  }
  const { manifest, digest } = read;
  const trusted = keys ?? keysIn(textIn(found, KEYS) ?? "") ?? [];
  const context = { ...given, manifest, digest, trusted };
  const signature = await checkSignature(context);
  const groups = await Promise.all(Object.keys(manifest.groups).map((group) => checkGroup(context, group)));
  const findings = [
    ...checkFiles(found, manifest),
    ...signature.findings,
    ...groups.flatMap((each) => each.findings),
  ];
  return {
    ...{ verdict: verdictOf(findings), findings, manifest, digest },
    ...(signature.signed ? { signed: signature.signed } : {}),
    groups: groups.map(({ state }) => state),
  };
}
