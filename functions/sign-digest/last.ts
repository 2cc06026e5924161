import type { Version } from "../aws/audit-versions.ts";
import { readProgress } from "../aws/table/digests.ts";
import {
  type DigestFile,
  type OpenedStatement,
  type PublicKey,
  type Statement,
  statementHash,
} from "../core/audit/digest.ts";
import type { ProblemCode } from "../core/audit/verify/finding.ts";
import { readDigest as verified } from "../core/audit/verify/read-digest.ts";
import type { SignDeps } from "./deps.ts";

const NAME = /^digests\/dt=\d{4}-\d{2}-\d{2}\/\d{4}-\d{2}-\d{2}T\d{2}Z\.json$/;

/** Why nothing may be signed after what is there. Stable: the runbook names them. */
export type Broken =
  | Extract<OpenedStatement, { ok: false }>["why"]
  | "wrong_place"
  | "wrong_lists"
  | "gone"
  | "rolled_back"
  | "another";

/** A digest as it is kept. */
export type Kept = { key: string; text: string; jws: string; statement: Statement; file: DigestFile };
export type Read = { ok: true; kept: Kept } | { ok: false; why: Broken };

type Versions = Pick<SignDeps, "versions">;

/** Of each digest in the bucket the version that was there first: what somebody wrote over it changes nothing. */
async function oldestOf({ versions }: Versions, prefix: string): Promise<Map<string, Version>> {
  const oldest = new Map<string, Version>();
  for await (const version of versions.list(prefix)) {
    const known = oldest.get(version.key);
    if (version.isDeleteMarker || (known && known.storedAt <= version.storedAt)) continue;
    oldest.set(version.key, version);
  }
  return oldest;
}

export async function oldestText(deps: Versions, key: string): Promise<string | undefined> {
  const version = (await oldestOf(deps, key)).get(key);
  return version && deps.versions.text(version);
}

const WORDS: Partial<Record<ProblemCode, Broken>> = {
  digest_unknown_version: "unknown_version",
  digest_unknown_key: "unknown_key",
  digest_bad_signature: "bad_signature",
  digest_misplaced: "wrong_place",
  digest_lists_differ: "wrong_lists",
  digest_unsorted: "wrong_lists",
};

/** Reads a digest back and checks all of it: its signature, that it is of this record and hour, and both its lists. */
export async function readDigest(
  deps: Pick<SignDeps, "versions" | "record">,
  key: string,
  keys: readonly PublicKey[],
): Promise<Read> {
  const text = await oldestText(deps, key);
  if (text === undefined) return { ok: false, why: "gone" };
  const read = verified(key, Buffer.from(text, "utf8"), keys);
  if (!read.ok) return { ok: false, why: WORDS[read.code] ?? "malformed" };
  const { statement, file } = read;
  if (statement.record !== deps.record) return { ok: false, why: "wrong_place" };
  return { ok: true, kept: { key, text, jws: file.jws, statement, file } };
}

/**
 * The digest that the next one follows, checked; none in a record that has none. The table remembers how far the signer
 * was, so that taking digests away does not make it begin anew, nor sign another statement of the same number.
 */
export async function lastDigest(
  deps: SignDeps,
  keys: readonly PublicKey[],
): Promise<{ ok: true; kept: Kept | undefined } | { ok: false; why: Broken }> {
  const signed = await readProgress(deps.table, "SIGNED");
  const names = [...(await oldestOf(deps, "digests/dt=")).keys()].filter((key) => NAME.test(key)).sort();
  const key = names.at(-1);
  if (key === undefined) return signed ? { ok: false, why: "gone" } : { ok: true, kept: undefined };
  const read = await readDigest(deps, key, keys);
  if (!read.ok) return read;
  const { number } = read.kept.statement;
  if (signed && number < signed.number) return { ok: false, why: "rolled_back" };
  const isAnother = number === signed?.number && statementHash(read.kept.statement) !== signed.statementHash;
  return isAnother ? { ok: false, why: "another" } : { ok: true, kept: read.kept };
}
