import { createHash } from "node:crypto";
import { canonicalJson, digestOf } from "../../../functions/core/canonical.ts";
import type { RecordedGrant } from "../record/grant.ts";
import {
  KEYS,
  MANIFEST,
  type Manifest,
  readManifest,
  SIGN,
  SIGN_OFF,
  SIGNATURE,
  signOffFile,
  signOffParameters,
  signOffPermit,
  signParameters,
} from "./manifest.ts";
import { type PackFiles, textIn } from "./read-pack.ts";
import { type SignOff, signOff } from "./sign-off.ts";
import { type Keys, keysIn, type Opened, openSignature, thumbprint } from "./signed.ts";

/** `tampered`: something is not as it was made. `cannot_tell`: nothing is known to be wrong, and something is not proved. */
type Finding = { weight: "tampered" | "cannot_tell"; says: string };
/** What became of one group's sign-off, and by what that is known. */
export type GroupState = {
  group: string;
  state: SignOff["state"] | "not asked";
  by: string[];
  proof: "record" | "pack";
};
export type Verified = {
  verdict: "whole" | "tampered" | "cannot_tell";
  findings: Finding[];
  manifest?: Manifest;
  digest?: string;
  signed?: { agent: string; at: number; key: string; grant: string };
  groups: GroupState[];
};

export type Given = {
  found: PackFiles;
  /** Keys that whoever asks holds from elsewhere; without them those of the pack are used, which prove nothing of who signed. */
  keys?: Keys;
  /** What the record tells of the grants by which this was signed and signed off; absent where no record is at hand. */
  grants?: ReadonlyMap<string, RecordedGrant>;
};

const tampered = (says: string): Finding => ({ weight: "tampered", says });
const doubt = (says: string): Finding => ({ weight: "cannot_tell", says });

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

type Failed = Extract<Opened, { ok: false }>["why"];
const FAULTS: Readonly<Record<Failed, string>> = {
  unreadable: "is no signature",
  unknown_key: "is by another key than Latchkey's",
  old_key: "is by a key that Latchkey did not use at that time",
  forged: "does not hold: what it says was changed, or another key made it",
  other: "is of another access review",
};

/** The parameters with which the record says that a grant was asked, as canonical JSON. */
const parametersIn = ({ scope }: RecordedGrant): string =>
  String((scope as { parameters?: unknown })?.parameters);

/** Whether the record knows a grant as the asking of exactly this. */
function isAsRecorded(
  grant: RecordedGrant | undefined,
  type: string,
  parameters: object,
): grant is RecordedGrant {
  return grant !== undefined && grant.resource === type && parametersIn(grant) === canonicalJson(parameters);
}

type Context = Given & { manifest: Manifest; digest: string; trusted: Keys };

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

/** The people who said yes for a group, as the record has it, each once. */
const yesIn = ({ moves }: RecordedGrant, group: string): string[] => [
  ...new Set(
    moves
      .filter(
        ({ type, actor, group: of }) =>
          /^grant\.(stage_)?approved$/.test(type) && actor.type === "person" && of === group,
      )
      .map(({ actor }) => actor.id),
  ),
];

/** Holds what a pack says of a sign-off to the record: asked for exactly this, and decided so by people of that group. */
function checkRecorded(kept: SignOff, parameters: object, grant: RecordedGrant | undefined): Finding[] {
  const { ownerGroup, state } = kept;
  if (!isAsRecorded(grant, SIGN_OFF, parameters))
    return [
      tampered(`The record knows no grant ${kept.grant} by which ${ownerGroup} was asked for this review.`),
    ];
  if (state === "rejected")
    return grant.moves.some(({ type }) => type === "grant.rejected")
      ? []
      : [tampered(`The record does not say that ${ownerGroup} rejected it.`)];
  if (state !== "signed_off") return [];
  const needed = grant.plan
    .filter(({ group }) => group === ownerGroup)
    .reduce((sum, { quorum }) => sum + quorum, 0);
  const yes = yesIn(grant, ownerGroup);
  const said = [...new Set(kept.approved.map(({ person }) => person))];
  const isSo =
    needed > 0 && yes.length >= needed && grant.moves.some(({ type }) => type === "grant.approved");
  if (isSo && canonicalJson([...said].sort()) === canonicalJson([...yes].sort())) return [];
  return [
    tampered(`The record does not say that ${said.join(", ") || "anybody"} signed it off for ${ownerGroup}.`),
  ];
}

function readSignOff(text: string): SignOff | undefined {
  try {
    const read = signOff.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

async function checkGroup(
  context: Context,
  group: string,
): Promise<{ findings: Finding[]; state: GroupState }> {
  const { found, grants, manifest, digest, trusted } = context;
  const parameters = signOffParameters(manifest, digest, group) ?? {};
  const name = signOffFile(group);
  const permit = textIn(found, signOffPermit(group))?.trim();
  const text = textIn(found, name);
  const none: GroupState = { group, state: "not asked", by: [], proof: "pack" };
  if (text === undefined)
    return {
      findings: permit === undefined ? [] : [tampered(`${name} is missing beside its permit.`)],
      state: none,
    };
  const kept = readSignOff(text);
  if (!kept) return { findings: [tampered(`${name} is not as one is kept.`)], state: none };
  const isOfThis =
    kept.ownerGroup === group &&
    kept.month === manifest.month &&
    kept.manifest === digest &&
    kept.parametersDigest === digestOf(parameters);
  if (!isOfThis) return { findings: [tampered(`${name} is of another access review.`)], state: none };
  const findings: Finding[] = [];
  if (permit !== undefined) {
    const opened = await openSignature(permit, { keys: trusted, type: SIGN_OFF, parameters });
    if (!opened.ok) findings.push(tampered(`${signOffPermit(group)} ${FAULTS[opened.why]}.`));
    else if (opened.claims.grant !== kept.grant)
      findings.push(tampered(`${signOffPermit(group)} is of another grant than ${name}.`));
  }
  if (grants) findings.push(...checkRecorded(kept, parameters, grants.get(kept.grant)));
  else if (kept.state !== "waiting")
    findings.push(
      doubt(`That people of ${group} decided is what the pack says: hold it to the record with --events.`),
    );
  const { state, approved, rejected } = kept;
  const by = (rejected ? [rejected] : approved).map(({ person }) => person);
  return { findings, state: { group, state, by, proof: grants ? "record" : "pack" } };
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
